// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.errors.ErrorAnswer;
import pro.fightclub.ringside.errors.RetryAdvice;
import pro.fightclub.ringside.errors.RingsideErrors;

/** One attempt of a call, as the host's retry layer hands it to the transport. */
final class Attempt {
  /** The host's own number, as of 4.101; a test notices when it changes. */
  static final int USUAL_MAX_RETRIES = 2;

  /** Set by {@link HostOptions#modified} for any other number, taken out here. */
  static final String MAX_RETRIES = "X-Ringside-Sdk-Max-Retries";

  /** Written into each attempt by the host's retry layer. */
  private static final String RETRY_COUNT = "X-Stainless-Retry-Count";

  /** A wait beyond this is the caller's to decide on. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final HttpRequest request;

  /** The value of the header, empty when there was none. */
  private final List<String> most;

  private final Duration hostsLongestWait;

  Attempt(HttpRequest request, Duration hostsLongestWait) {
    this.most = request.headers().values(MAX_RETRIES);
    this.request =
        most.isEmpty() ? request : request.toBuilder().removeHeaders(MAX_RETRIES).build();
    this.hostsLongestWait = hostsLongestWait;
  }

  /** Whether the same request can be sent again. */
  boolean isRepeatable() {
    HttpRequestBody body = request.body();
    return body == null || body.repeatable();
  }

  /** Whose token the request waits for; empty when it brings a credential of its own. */
  Optional<TokenSource> tokens() {
    return TokenKeys.source(request.headers().values("Authorization"));
  }

  HttpRequest request() {
    return request;
  }

  HttpRequest request(String token) {
    return request.toBuilder().replaceHeaders("Authorization", "Client " + token).build();
  }

  /**
   * What becomes of the response: a success is passed on, and so is a refusal that the retry layer
   * will repeat; any other becomes the exception of its code. Where the number of retries is not
   * known, the host's own exception has to do for what could be repeated.
   */
  Outcome judge(HttpResponse response) {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return new Outcome(response, null, Duration.ZERO);
    }
    if (!RetryAdvice.isRetriable(status, response.headers())) {
      return refused(response);
    }
    Duration wait = RetryAdvice.wait(response.headers()).orElse(Duration.ZERO);
    Optional<Integer> retriesLeft = retriesLeft();
    boolean last = retriesLeft.filter(left -> left <= 0).isPresent();
    if (last || wait.compareTo(LONGEST_WAIT) > 0) {
      return refused(response);
    }
    // The host cuts every wait to its own longest one; the rest is waited here.
    Duration rest = wait.minus(hostsLongestWait);
    boolean waits = retriesLeft.isPresent() && !rest.isNegative();
    return new Outcome(response, null, waits ? rest : Duration.ZERO);
  }

  private static Outcome refused(HttpResponse response) {
    return new Outcome(null, RingsideErrors.of(ErrorAnswer.read(response)), Duration.ZERO);
  }

  /** Empty when it is not known. */
  private Optional<Integer> retriesLeft() {
    if (!isRepeatable()) {
      return Optional.of(0);
    }
    int all = number(most).orElse(USUAL_MAX_RETRIES);
    return number(request.headers().values(RETRY_COUNT)).map(made -> all - made);
  }

  private static Optional<Integer> number(List<String> values) {
    return values.stream()
        .findFirst()
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(Integer::valueOf);
  }
}
