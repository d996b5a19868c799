// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.ClientOptions;
import com.openai.core.RequestOptions;
import com.openai.core.http.HttpMethod;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIIoException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import pro.fightclub.ringside.errors.CustomerRateLimitExceededException;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

class GatewayTransportTest extends WithServer {
  @Test
  void waitsTheRestOfWhatTheHostCutsOff() {
    server.script(busy(), busy());
    assertEquals(
        429,
        timed(() -> transport().execute(request(0, 2), RequestOptions.none()).statusCode(), 600));
    assertEquals(
        429,
        timed(
            () ->
                transport().executeAsync(request(1, 2), RequestOptions.none()).join().statusCode(),
            600));
  }

  @Test
  void doesNotWaitBeforeGivingUp() {
    server.script(busy());
    assertThrows(
        CustomerRateLimitExceededException.class,
        () -> transport().execute(request(2, 2), RequestOptions.none()));
  }

  @Test
  void leavesItToTheHostWhereTheNumberOfRetriesIsNotKnown() {
    server.script(busy());
    HttpRequest bare =
        HttpRequest.builder().method(HttpMethod.GET).baseUrl(server.baseUrl()).build();
    try (HttpResponse response = transport().execute(bare, RequestOptions.none())) {
      assertEquals(429, response.statusCode());
    }
  }

  @Test
  void takesTheHostsUsualNumberOfRetriesForGranted() {
    ClientOptions usual = ClientOptions.builder().httpClient(transport()).apiKey("k").build();
    assertEquals(usual.maxRetries(), Attempt.USUAL_MAX_RETRIES);
    server.script(busy());
    HttpRequest third = request(2, 2).toBuilder().removeHeaders(Attempt.MAX_RETRIES).build();
    assertThrows(
        CustomerRateLimitExceededException.class,
        () -> transport().execute(third, RequestOptions.none()));
  }

  @Test
  void anInterruptEndsTheWait() {
    server.script(Reply.refusal(429, "rate_limited", "retry-after", "59"));
    Thread waiting = Thread.currentThread();
    new Thread(
            () -> {
              pause(300);
              waiting.interrupt();
            })
        .start();
    assertThrows(
        OpenAIIoException.class, () -> transport().execute(request(0, 2), RequestOptions.none()));
    assertTrue(Thread.interrupted());
  }

  private GatewayTransport transport() {
    return new GatewayTransport(OkHttpClient.builder().build(), Duration.ofMillis(400));
  }

  private HttpRequest request(int retries, int most) {
    return HttpRequest.builder()
        .method(HttpMethod.GET)
        .baseUrl(server.baseUrl())
        .putHeader("X-Stainless-Retry-Count", Integer.toString(retries))
        .putHeader(Attempt.MAX_RETRIES, Integer.toString(most))
        .build();
  }

  private static Reply busy() {
    return Reply.refusal(429, "rate_limited", "retry-after", "1");
  }

  private static int timed(java.util.function.IntSupplier work, long leastMillis) {
    long start = System.nanoTime();
    int result = work.getAsInt();
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    assertTrue(millis >= leastMillis && millis < leastMillis + 2000, millis + " ms");
    return result;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException cause) {
      throw new AssertionError(cause);
    }
  }
}
