// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

import com.openai.core.http.Headers;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** What a response's headers say about another attempt. */
public final class RetryAdvice {
  private RetryAdvice() {}

  /** The server's word on whether to try again, when it gave one. */
  public static Optional<Boolean> said(Headers headers) {
    return switch (first(headers, "x-should-retry").orElse("")) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** Whether the host's retry layer would try again after such an answer. */
  public static boolean isRetriable(int status, Headers headers) {
    boolean byStatus = status == 408 || status == 409 || status == 429 || status >= 500;
    return said(headers).orElse(byStatus);
  }

  /**
   * How long the server asks to wait; empty when it does not say, or not in a form that is known.
   */
  public static Optional<Duration> wait(Headers headers) {
    return first(headers, "retry-after-ms")
        .flatMap(text -> millis(text, 0))
        .or(() -> first(headers, "retry-after").flatMap(text -> millis(text, 3)))
        .or(() -> first(headers, "retry-after").flatMap(RetryAdvice::until));
  }

  private static Optional<Duration> millis(String text, int places) {
    if (!text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(new BigDecimal(text).movePointRight(places).longValue()));
  }

  private static Optional<Duration> until(String text) {
    try {
      OffsetDateTime moment = OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(OffsetDateTime.now(ZoneOffset.UTC), moment);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException notADate) {
      return Optional.empty();
    }
  }

  private static Optional<String> first(Headers headers, String name) {
    return headers.values(name).stream().findFirst().map(String::strip);
  }
}
