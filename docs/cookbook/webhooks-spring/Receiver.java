// SPDX-License-Identifier: Apache-2.0

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.webhooks.WebhookVerificationException;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/** Receives Ringside's events in Spring Boot; needs {@code spring-boot-starter-web}. */
@RestController
@EnableAutoConfiguration
public class Receiver {
  private static final String SECRET = System.getenv("FC_WEBHOOK_SECRET");

  public static void main(String[] arguments) {
    new SpringApplicationBuilder(Receiver.class)
        .properties("server.port=${PORT:3000}", "server.address=127.0.0.1")
        .run(arguments);
  }

  /** {@code byte[]} and not an object: what was signed is the body as it came. */
  @PostMapping("/hook")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  public void receive(
      @RequestBody byte[] payload,
      @RequestHeader(name = "X-FC-Signature", required = false) String signature) {
    WebhookEvent event =
        Webhooks.verify(
            WebhookVerifyParams.builder()
                .payload(payload)
                .header(signature)
                .secret(SECRET)
                .build());
    System.out.println("received " + event.id());
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  public String refuse(WebhookVerificationException refused) {
    return refused.reason().wire();
  }
}
