// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON to and from plain values: {@code Map}, {@code List}, {@code String}, {@code Boolean}, whole
 * numbers, {@code BigDecimal} and null. Numbers with a fraction are never floats. Thread-safe.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private Json() {}

  /** The value of a whole document; IOException when it breaks off or is not JSON. */
  public static @Nullable Object read(InputStream input) throws IOException {
    return MAPPER.readValue(input, Object.class);
  }

  /** The value of a whole document; JsonProcessingException when it is not JSON in UTF-8. */
  public static @Nullable Object read(byte[] input) throws IOException {
    return MAPPER.readValue(input, Object.class);
  }

  /** The object a document is; IOException when it is anything else. */
  @SuppressWarnings("unchecked") // JSON objects have string keys
  public static Map<String, @Nullable Object> readObject(InputStream input) throws IOException {
    if (read(input) instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new NotAnObjectException();
  }

  /** The value as JSON in UTF-8; IllegalArgumentException when UTF-8 cannot carry a text of it. */
  public static byte[] write(Object value) {
    requireUnicode(value);
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException cause) {
      throw new IllegalArgumentException(
          "The request cannot be written as JSON: " + cause.getOriginalMessage(), cause);
    }
  }

  /** Jackson would write an escape that the other side cannot read back as text. */
  private static void requireUnicode(@Nullable Object value) {
    if (value instanceof String text && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "A text of the request holds half a surrogate pair, which UTF-8 cannot carry.");
    }
    if (value instanceof Map<?, ?> map) {
      map.keySet().forEach(Json::requireUnicode);
      map.values().forEach(Json::requireUnicode);
    } else if (value instanceof Iterable<?> items) {
      items.forEach(Json::requireUnicode);
    }
  }

  /** Whether reading failed because of what was sent, rather than because the sending broke off. */
  public static boolean isMalformed(IOException cause) {
    return cause instanceof JsonProcessingException || cause instanceof NotAnObjectException;
  }

  private static final class NotAnObjectException extends IOException {
    private static final long serialVersionUID = 1L;

    NotAnObjectException() {
      super("a JSON object is expected");
    }
  }
}
