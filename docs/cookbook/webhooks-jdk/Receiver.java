// SPDX-License-Identifier: Apache-2.0

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.webhooks.WebhookVerificationException;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/**
 * Receives Ringside's events on the JDK's own server. In a servlet or a Spring controller the body is
 * {@code request.getInputStream().readAllBytes()} or a {@code @RequestBody byte[]}, and the header
 * {@code X-FC-Signature} goes to {@code header(...)}; all else is the same.
 */
final class Receiver {
  private static final String SECRET = System.getenv("FC_WEBHOOK_SECRET");

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/hook", Receiver::receive);
    server.start();
  }

  private static void receive(HttpExchange exchange) throws IOException {
    byte[] payload = exchange.getRequestBody().readAllBytes();
    try {
      WebhookEvent event =
          Webhooks.verify(
              WebhookVerifyParams.builder()
                  .payload(payload)
                  .headers(exchange.getRequestHeaders())
                  .secret(SECRET)
                  .build());
      System.out.println("received " + event.id());
      exchange.sendResponseHeaders(204, -1);
    } catch (WebhookVerificationException refused) {
      byte[] reason = refused.reason().wire().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(400, reason.length);
      exchange.getResponseBody().write(reason);
    }
    exchange.close();
  }
}
