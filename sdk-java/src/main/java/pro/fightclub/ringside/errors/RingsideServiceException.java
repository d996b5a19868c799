// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.errors.OpenAIServiceException;
import java.time.Duration;
import java.util.Optional;
import pro.fightclub.ringside.core.Values;

/**
 * An error the gateway answered, whichever service was called. Immutable but for its stack trace.
 *
 * <pre>
 * OpenAIException                             the host's root, unchecked
 * ├── RingsideConfigException                 a wrong mixture of options, found before any request
 * └── OpenAIServiceException                  the host's class of every answered error
 *     └── RingsideServiceException            with Ringside's facts
 *         ├── RingsideBadRequestException …   one class a status (400 401 402 403 404 409 422 429 5xx)
 *         │   └── InvalidModelRefException …  one final class a code
 *         └── RingsideStatusException         every other status
 *             └── RequestTooLargeException …  its codes
 * </pre>
 *
 * <p>The host's own classes of a status are final, so these stand beside them: catch {@code
 * OpenAIServiceException} for both.
 */
public abstract class RingsideServiceException extends OpenAIServiceException {
  private static final long serialVersionUID = 1L;

  /** Text beyond this is cut from a message; {@link #rawBody()} keeps the whole. */
  private static final int LONGEST_MESSAGE = 2_000;

  private final transient ErrorAnswer answer;

  /** Takes what was answered. */
  protected RingsideServiceException(ErrorAnswer answer) {
    super(messageOf(answer), null);
    this.answer = answer;
  }

  @Override
  public int statusCode() {
    return answer.status();
  }

  @Override
  public Headers headers() {
    return answer.headers();
  }

  /** The body's JSON; missing when the body is none. */
  @Override
  public JsonValue body() {
    return JsonValue.from(answer.json());
  }

  /** The body as text, whatever it is. */
  public String rawBody() {
    return answer.text();
  }

  /** The documented code. */
  @Override
  public Optional<String> code() {
    return answer.textField("code");
  }

  /** The field or header at fault. */
  @Override
  public Optional<String> param() {
    return answer.textField("param");
  }

  @Override
  public Optional<String> type() {
    return answer.textField("type");
  }

  /** The request's id, which finds it in the gateway's log. */
  public Optional<String> requestId() {
    return answer.header("x-request-id").or(() -> answer.textField("request_id"));
  }

  /** How long to wait before another attempt, when the gateway says so. */
  public Optional<Duration> retryAfter() {
    Object told = answer.field("retry_after_seconds");
    if (told instanceof Number) {
      return Optional.of(Duration.ofMillis(Values.decimal(told).movePointRight(3).longValue()));
    }
    return RetryAdvice.wait(answer.headers());
  }

  /** The gateway's advice on sending the same request again, when it gave any. */
  public Optional<Boolean> shouldRetry() {
    return RetryAdvice.said(answer.headers());
  }

  final ErrorAnswer answer() {
    return answer;
  }

  private static String messageOf(ErrorAnswer answer) {
    String text = answer.textField("message").orElseGet(answer::text).strip();
    String shown =
        text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + "…" : text;
    String code = answer.textField("code").map(found -> " " + found + ":").orElse(":");
    return answer.status() + code + " " + (shown.isEmpty() ? "(no body)" : shown);
  }
}
