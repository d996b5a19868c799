// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.core.http.HttpMethod;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One operation with its arguments, and what its answer is made into.
 *
 * @param method the HTTP method
 * @param path the segments behind the base URL, not yet encoded
 * @param query query parameters under their wire names
 * @param body the JSON object to send, or null for none
 * @param idempotent whether to send an idempotency key
 * @param result makes the answer of its fields
 */
public record Call<T>(
    HttpMethod method,
    List<String> path,
    Map<String, @Nullable Object> query,
    @Nullable Map<String, @Nullable Object> body,
    boolean idempotent,
    Function<Map<String, @Nullable Object>, T> result) {

  /** A call without query and body. */
  public static <T> Call<T> of(
      HttpMethod method, List<String> path, Function<Map<String, @Nullable Object>, T> result) {
    return new Call<>(method, path, Map.of(), null, method == HttpMethod.POST, result);
  }

  /** A call for pages of a list, given how an item is made of its fields. */
  public static <T> Call<PageData<T>> pages(
      List<String> path, Function<Map<String, @Nullable Object>, T> item) {
    return of(HttpMethod.GET, path, fields -> new PageData<>(fields, item));
  }

  /** The same call with these query parameters. */
  public Call<T> withQuery(Map<String, @Nullable Object> parameters) {
    return new Call<>(method, path, parameters, body, idempotent, result);
  }

  /** The same call with this body. */
  public Call<T> withBody(Map<String, @Nullable Object> fields) {
    return new Call<>(method, path, query, fields, idempotent, result);
  }

  /**
   * A path of fixed parts and values, split at its slashes before the values are put in. A value
   * may hold anything but be empty, {@code .} or {@code ..}, which URLs cannot carry as a segment.
   */
  public static List<String> path(String pattern, String... values) {
    var next = Arrays.asList(values).iterator();
    return Stream.of(pattern.split("/"))
        .map(part -> part.equals("{}") ? segment(next.next()) : part)
        .toList();
  }

  private static String segment(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "A path value must not be empty: an empty one would call another route.");
    }
    if (value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException(
          "\"%s\" cannot be a path value; address the object as \"ext:%s\"."
              .formatted(value, value));
    }
    return value;
  }

  /** A query value as text; amounts never with an exponent. */
  static String text(Object value) {
    return value instanceof BigDecimal amount ? amount.toPlainString() : value.toString();
  }
}
