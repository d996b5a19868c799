// SPDX-License-Identifier: Apache-2.0

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import pro.fightclub.ringside.events.WalletLowEvent;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.webhooks.WebhookVerificationException;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/**
 * A receiver that checks what it is sent. Needs no gateway: it signs a delivery and sends it to
 * itself.
 */
final class WebhookReceiver {
  private static final String SECRET =
      System.getenv().getOrDefault("FC_WEBHOOK_SECRET", "whsec_of_the_example");

  public static void main(String[] arguments) throws IOException, InterruptedException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", WebhookReceiver::receive);
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    String body =
        "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"wallet.low\","
            + "\"data\":{\"object\":{\"customer\":\"cus_1\",\"balance_usd\":0.5}}}";
    String signature = Webhooks.sign(body.getBytes(StandardCharsets.UTF_8), SECRET, Instant.now());
    System.out.println(send(address, body, signature));
    System.out.println(send(address, body + " ", signature));
    server.stop(0);
  }

  private static void receive(HttpExchange exchange) throws IOException {
    // The bytes as they came: a body parsed and written again would not match its signature.
    byte[] payload = exchange.getRequestBody().readAllBytes();
    try {
      WebhookEvent event =
          Webhooks.verify(
              WebhookVerifyParams.builder()
                  .payload(payload)
                  .headers(exchange.getRequestHeaders())
                  .secret(SECRET)
                  .build());
      if (event instanceof WalletLowEvent low) {
        System.out.println(low.subject().customer() + " has " + low.subject().balanceUsd().get());
      }
      exchange.sendResponseHeaders(204, -1);
    } catch (WebhookVerificationException refused) {
      System.out.println("refused: " + refused.reason().wire());
      exchange.sendResponseHeaders(400, -1);
    }
    exchange.close();
  }

  private static int send(URI address, String body, String signature)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header(Webhooks.SIGNATURE_HEADER, signature)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
