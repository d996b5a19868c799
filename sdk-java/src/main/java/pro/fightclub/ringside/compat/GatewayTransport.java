// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIIoException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import pro.fightclub.ringside.core.TokenSource;

/**
 * The transport below the host's retries and log: puts the client token in, makes refusals typed
 * for OpenAI's services and ours alike, and waits as long as the gateway asks. Thread-safe.
 */
public final class GatewayTransport implements HttpClient {
  /** The host's retry layer waits at most this long between attempts, as of 4.101. */
  private static final Duration HOSTS_LONGEST_WAIT = Duration.ofSeconds(8);

  private final HttpClient inner;
  private final Duration hostsLongestWait;

  /** Sends over another transport. */
  public GatewayTransport(HttpClient inner) {
    this(inner, HOSTS_LONGEST_WAIT);
  }

  GatewayTransport(HttpClient inner, Duration hostsLongestWait) {
    this.inner = inner;
    this.hostsLongestWait = hostsLongestWait;
  }

  @Override
  public HttpResponse execute(HttpRequest request, RequestOptions options) {
    Attempt attempt = new Attempt(request, hostsLongestWait);
    Outcome outcome =
        attempt
            .tokens()
            .map(source -> executeWith(source, attempt, options))
            .orElseGet(() -> attempt.judge(inner.execute(attempt.request(), options)));
    pause(outcome);
    return outcome.get();
  }

  private Outcome executeWith(TokenSource source, Attempt attempt, RequestOptions options) {
    String token = source.token();
    Outcome outcome = attempt.judge(inner.execute(attempt.request(token), options));
    if (!outcome.isExpiredToken() || !attempt.isRepeatable()) {
      return outcome;
    }
    return source
        .replace(token)
        .map(fresh -> attempt.judge(inner.execute(attempt.request(fresh), options)))
        .orElse(outcome);
  }

  @Override
  public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
    Attempt attempt = new Attempt(request, hostsLongestWait);
    CompletableFuture<Outcome> outcome =
        attempt
            .tokens()
            .map(source -> executeAsyncWith(source, attempt, options))
            .orElseGet(
                () -> inner.executeAsync(attempt.request(), options).thenApply(attempt::judge));
    return outcome.thenCompose(
        found ->
            found.pause().isZero()
                ? CompletableFuture.completedFuture(found.get())
                : CompletableFuture.supplyAsync(found::get, after(found.pause())));
  }

  private CompletableFuture<Outcome> executeAsyncWith(
      TokenSource source, Attempt attempt, RequestOptions options) {
    return source
        .tokenAsync()
        .thenCompose(
            token ->
                inner
                    .executeAsync(attempt.request(token), options)
                    .thenApply(attempt::judge)
                    .thenCompose(outcome -> renewed(source, token, attempt, options, outcome)));
  }

  private CompletableFuture<Outcome> renewed(
      TokenSource source, String refused, Attempt attempt, RequestOptions options, Outcome first) {
    if (!first.isExpiredToken() || !attempt.isRepeatable()) {
      return CompletableFuture.completedFuture(first);
    }
    return CompletableFuture.supplyAsync(() -> source.replace(refused))
        .thenCompose(
            fresh ->
                fresh.isEmpty()
                    ? CompletableFuture.completedFuture(first)
                    : inner
                        .executeAsync(attempt.request(fresh.get()), options)
                        .thenApply(attempt::judge));
  }

  @Override
  public void close() {
    inner.close();
  }

  private static Executor after(Duration wait) {
    return CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void pause(Outcome outcome) {
    if (outcome.pause().isZero()) {
      return;
    }
    try {
      Thread.sleep(outcome.pause().toMillis());
    } catch (InterruptedException cause) {
      Optional.ofNullable(outcome.response()).ifPresent(HttpResponse::close);
      Thread.currentThread().interrupt();
      throw new OpenAIIoException("Interrupted while waiting to try again.", cause);
    }
  }
}
