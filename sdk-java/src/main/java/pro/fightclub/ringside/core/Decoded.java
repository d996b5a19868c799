// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.HttpResponseFor;
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A successful response whose body is read once, when the answer is first asked for. */
final class Decoded<T> implements HttpResponseFor<T> {
  private final HttpResponse response;
  private final Function<Map<String, @Nullable Object>, T> result;
  private @Nullable T parsed;

  Decoded(HttpResponse response, Function<Map<String, @Nullable Object>, T> result) {
    this.response = response;
    this.result = result;
  }

  /** The same response, its answer made into something else. */
  <R> Decoded<R> map(Function<T, R> further) {
    return new Decoded<>(response, result.andThen(further));
  }

  /**
   * The answer; OpenAIIoException when the connection breaks while it is read,
   * OpenAIInvalidDataException when it is not a JSON object.
   */
  @Override
  public synchronized T parse() {
    T known = parsed;
    if (known == null) {
      known = result.apply(read());
      parsed = known;
    }
    return known;
  }

  private Map<String, @Nullable Object> read() {
    try {
      return Json.readObject(response.body());
    } catch (IOException cause) {
      if (Json.isMalformed(cause)) {
        throw new OpenAIInvalidDataException(
            "The gateway answered something other than the JSON object it promises.", cause);
      }
      throw new OpenAIIoException("The connection broke while the answer was read.", cause);
    }
  }

  @Override
  public int statusCode() {
    return response.statusCode();
  }

  @Override
  public Headers headers() {
    return response.headers();
  }

  @Override
  public InputStream body() {
    return response.body();
  }

  @Override
  public void close() {
    response.close();
  }
}
