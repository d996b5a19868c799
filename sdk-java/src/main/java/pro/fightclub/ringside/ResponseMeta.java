// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIServiceException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a response's headers say about the call; a fact whose header is absent is empty. Amounts are
 * USD, exact. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class ResponseMeta {
  private final Headers headers;

  private ResponseMeta(Headers headers) {
    this.headers = headers;
  }

  /** Of any raw response: the host's, ours, or a stream's. */
  public static ResponseMeta of(HttpResponse response) {
    return of(response.headers());
  }

  /** Of any error that was answered. */
  public static ResponseMeta of(OpenAIServiceException error) {
    return of(error.headers());
  }

  /** Of headers. */
  public static ResponseMeta of(Headers headers) {
    return new ResponseMeta(headers);
  }

  /** The request's id, for support and for {@code usage().retrieveEvent}. */
  public Optional<String> requestId() {
    return text("x-request-id");
  }

  /** What actually served the call, as an {@code fc:} ref. */
  public Optional<String> modelResolved() {
    return text("x-ringside-model-resolved");
  }

  /** The target of a cascade that answered. */
  public Optional<String> modelUsed() {
    return text("x-ringside-model-used");
  }

  /** Every target of a cascade in the order tried, the winner last. */
  public List<String> modelsTried() {
    return text("x-ringside-models-tried").stream()
        .flatMap(all -> Stream.of(all.split(",")))
        .map(String::strip)
        .filter(ref -> !ref.isEmpty())
        .toList();
  }

  /** Whether a cascade moved past its first target. */
  public boolean fallbackTriggered() {
    return text("x-ringside-fallback-triggered").filter("true"::equals).isPresent();
  }

  /** The customer's wallet after the call; on a stream, at admission. */
  public Optional<BigDecimal> walletBalance() {
    return amount("x-ringside-wallet-balance");
  }

  /** What this call took from the wallet; absent on a stream. */
  public Optional<BigDecimal> walletDeducted() {
    return amount("x-ringside-wallet-deducted");
  }

  /** On a stream: what is reserved until the call is settled. */
  public Optional<BigDecimal> walletHeld() {
    return amount("x-ringside-wallet-held");
  }

  /** What the call cost; absent on a stream. */
  public Optional<BigDecimal> cost() {
    return amount("x-ringside-cost");
  }

  /** The lower output maximum that could still be paid for. */
  public Optional<Long> maxTokensClamped() {
    return whole("x-ringside-max-tokens-clamped");
  }

  /** Requests a minute in the tightest layer. */
  public Optional<Long> rateLimitLimit() {
    return whole("x-ratelimit-limit");
  }

  /** Requests left in the tightest layer. */
  public Optional<Long> rateLimitRemaining() {
    return whole("x-ratelimit-remaining");
  }

  /** Until the tightest layer has room again. */
  public Optional<Duration> rateLimitReset() {
    return amount("x-ratelimit-reset")
        .map(seconds -> Duration.ofMillis(seconds.movePointRight(3).longValue()));
  }

  /** Whether this is the stored answer to an earlier request with the same idempotency key. */
  public boolean idempotencyReplayed() {
    return text("idempotency-replayed").filter("true"::equals).isPresent();
  }

  private Optional<String> text(String name) {
    return headers.values(name).stream().findFirst();
  }

  private Optional<Long> whole(String name) {
    return amount(name)
        .filter(number -> number.stripTrailingZeros().scale() <= 0)
        .map(BigDecimal::longValue);
  }

  private Optional<BigDecimal> amount(String name) {
    return text(name)
        .map(String::strip)
        .filter(text -> text.matches("-?[0-9]{1,20}(\\.[0-9]{1,20})?"))
        .map(BigDecimal::new);
  }
}
