// SPDX-License-Identifier: Apache-2.0

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Executors;
import pro.fightclub.ringside.RingsideClient;

/**
 * CPU of a chat call over the bare OpenAI client, against a loopback server. The clients take
 * turns, so that noise and the compiler's progress meet both alike.
 */
final class CallOverhead {
  private static final int WARM_UP = 10_000;
  private static final int ROUNDS = 9;
  private static final int CALLS = 2_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final ChatCompletionCreateParams QUESTION =
      ChatCompletionCreateParams.builder().model("slot:fast").addUserMessage("Hello").build();
  private static final byte[] ANSWER =
      "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[]}"
          .getBytes(StandardCharsets.UTF_8);

  public static void main(String[] arguments) throws IOException {
    HttpServer server = server();
    String baseUrl = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    OpenAIClient bare =
        OpenAIOkHttpClient.builder()
            .apiKey("sk_test_x")
            .baseUrl(baseUrl)
            .putHeader("FC-Customer", "cus_1")
            .build();
    try (RingsideClient ours =
        RingsideClient.builder().apiKey("sk_test_x").baseUrl(baseUrl).customer("cus_1").build()) {
      medians(WARM_UP, bare, ours);
      double[] shares = new double[ROUNDS];
      double[] last = {};
      for (int round = 0; round < ROUNDS; round++) {
        last = medians(CALLS, bare, ours);
        shares[round] = 100 * (last[1] / last[0] - 1);
      }
      Arrays.sort(shares);
      System.out.printf(
          "openai %.0f us, ringside %.0f us of CPU a call: median of %d rounds %+.1f %% (%+.1f to"
              + " %+.1f)%n",
          last[0], last[1], ROUNDS, shares[ROUNDS / 2], shares[0], shares[ROUNDS - 1]);
    } finally {
      bare.close();
      server.stop(0);
    }
  }

  /** Microseconds of this thread for the middle one of each client's calls. */
  private static double[] medians(int calls, OpenAIClient... clients) {
    long[][] took = new long[clients.length][calls];
    for (int call = 0; call < calls; call++) {
      for (int index = 0; index < clients.length; index++) {
        long began = THREADS.getCurrentThreadCpuTime();
        clients[index].chat().completions().create(QUESTION);
        took[index][call] = THREADS.getCurrentThreadCpuTime() - began;
      }
    }
    return Arrays.stream(took)
        .peek(Arrays::sort)
        .mapToDouble(all -> all[calls / 2] / 1e3)
        .toArray();
  }

  private static HttpServer server() throws IOException {
    // Or each answer waits 40 ms for the client's acknowledgement of its headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
          }
        });
    server.start();
    return server;
  }
}
