// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.core.Json;

/** What the gateway, or a server before it, answered in place of a success. Immutable. */
public final class ErrorAnswer {
  /** Enough for any error of ours; other servers may answer with pages of megabytes. */
  private static final int MOST_BYTES = 1 << 20;

  private final int status;
  private final Headers headers;
  private final byte[] body;
  private final @Nullable Object json;

  private ErrorAnswer(int status, Headers headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.json = jsonOf(body);
  }

  /** Reads at most a mebibyte of the body, as much as arrives, and closes the response. */
  public static ErrorAnswer read(HttpResponse response) {
    try (response) {
      return new ErrorAnswer(response.statusCode(), response.headers(), bytesOf(response.body()));
    }
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The response's headers. */
  public Headers headers() {
    return headers;
  }

  /** The body's bytes. */
  public byte[] body() {
    return body.clone();
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The whole body's JSON value; null when it is none. */
  @Nullable Object json() {
    return json;
  }

  /** A field of the object inside the envelope, or of the whole body where there is no envelope. */
  @Nullable Object field(String name) {
    Object inner =
        json instanceof Map<?, ?> map && map.containsKey("error") ? map.get("error") : json;
    return inner instanceof Map<?, ?> map ? map.get(name) : null;
  }

  /** A field that is a text. */
  Optional<String> textField(String name) {
    return field(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** The first value of a header. */
  Optional<String> header(String name) {
    return headers.values(name).stream().findFirst();
  }

  private static byte[] bytesOf(InputStream input) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    try {
      int length;
      while (read.size() < MOST_BYTES && (length = input.read(chunk)) >= 0) {
        read.write(chunk, 0, length);
      }
    } catch (IOException brokenOff) {
      // The status is known: what did arrive of the body is all there is to tell.
      return read.toByteArray();
    }
    return read.toByteArray();
  }

  private static @Nullable Object jsonOf(byte[] body) {
    try {
      return body.length == 0 ? null : Json.read(body);
    } catch (IOException notJson) {
      return null;
    }
  }
}
