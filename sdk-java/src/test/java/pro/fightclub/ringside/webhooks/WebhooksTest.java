// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.webhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.events.WalletLowEvent;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.testing.Fixtures;

class WebhooksTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600);

  @TestFactory
  Stream<DynamicTest> signaturesAreTheGoldenOnes() {
    return vectors("golden")
        .map(
            vector ->
                dynamicTest(
                    vector.get("v1").toString(),
                    () ->
                        assertEquals(
                            "t=" + vector.get("time") + ",v1=" + vector.get("v1"),
                            Webhooks.sign(
                                payload(vector),
                                (String) vector.get("secret"),
                                Instant.ofEpochSecond((Integer) vector.get("time"))))));
  }

  @TestFactory
  Stream<DynamicTest> deliveriesAreJudgedAsTheVectorsSay() {
    return vectors("verify")
        .map(
            vector ->
                dynamicTest(
                    vector.get("name").toString(),
                    () -> {
                      WebhookVerifyParams params = params(vector);
                      if (vector.containsKey("event")) {
                        assertEquals(vector.get("event"), Webhooks.verify(params).id());
                      } else {
                        var refused =
                            assertThrows(
                                WebhookVerificationException.class, () -> Webhooks.verify(params));
                        assertEquals(vector.get("reason"), refused.reason().wire());
                      }
                    }));
  }

  @Test
  void anEventOfAKnownTypeIsOfItsClass() {
    byte[] body =
        """
        {"id":"evt_1","object":"event","type":"wallet.low","created_at":1767225600,"livemode":true,
         "test":true,"data":{"object":{"object":"wallet","balance_usd":0.000000001,"later":1}}}\
        """
            .getBytes(StandardCharsets.UTF_8);
    WalletLowEvent event = assertInstanceOf(WalletLowEvent.class, Webhooks.parse(body));
    assertEquals(new BigDecimal("1E-9"), event.subject().balanceUsd().orElseThrow());
    assertEquals(1, event.subject().fields().get("later"));
    assertEquals(NOW, event.createdAt());
    assertTrue(event.livemode());
    assertTrue(event.test());
  }

  @Test
  void anEventOfTheFutureIsAPlainOne() {
    WebhookEvent event =
        Webhooks.parse(
            "{\"id\":\"evt_2\",\"type\":\"moon.full\",\"data\":{\"object\":{\"a\":1}}}"
                .getBytes(StandardCharsets.UTF_8));
    assertEquals(WebhookEvent.class, event.getClass());
    assertEquals("moon.full", event.type());
    assertEquals(Map.of("a", 1), event.data());
    assertFalse(event.test());
  }

  @Test
  void aStandardWebhooksDeliveryGetsAHint() {
    WebhookVerifyParams params =
        WebhookVerifyParams.builder()
            .headers(Map.of("Webhook-Signature", List.of("v1,abc")))
            .secret("whsec_x")
            .build();
    var refused =
        assertThrows(WebhookVerificationException.class, () -> Webhooks.verifyHeader(params));
    assertTrue(refused.getMessage().contains("unwrap"));
  }

  @Test
  void aTimeIsComparedInWholeSeconds() {
    Instant signed = Instant.ofEpochSecond(1_767_225_600);
    String header = Webhooks.sign(new byte[0], "whsec_x", signed);
    for (var ageMs : List.of(300_900L, -300_000L, 301_000L, -300_100L)) {
      WebhookVerifyParams params =
          WebhookVerifyParams.builder()
              .header(header)
              .secret("whsec_x")
              .now(signed.plusMillis(ageMs))
              .build();
      if (Math.floorDiv(ageMs, 1000L) <= 300 && ageMs >= -300_000) {
        Webhooks.verifyHeader(params);
      } else {
        assertThrows(WebhookVerificationException.class, () -> Webhooks.verifyHeader(params));
      }
    }
  }

  @Test
  void aRotationSignsWithEachSecret() {
    byte[] body = "{\"id\":\"evt_1\",\"type\":\"wallet.low\"}".getBytes(StandardCharsets.UTF_8);
    String header = Webhooks.sign(body, List.of("whsec_new", "whsec_old"), Instant.now());
    for (String secret : List.of("whsec_new", "whsec_old")) {
      Webhooks.verify(
          WebhookVerifyParams.builder().payload(body).header(header).secret(secret).build());
    }
    try (RingsideClient client =
        RingsideClient.builder().apiKey("sk_test_x").webhookSecret("whsec_old").build()) {
      assertEquals("evt_1", client.webhooks().verify(body, header).id());
      assertEquals("evt_1", client.webhooks().verify(body, client.webhooks().sign(body)).id());
    }
    assertThrows(
        WebhookVerificationException.class, () -> Webhooks.sign(body, List.of(), Instant.now()));
  }

  @Test
  void aNegativeToleranceIsAnArgumentError() {
    var refused =
        assertThrows(
            WebhookVerificationException.class,
            () -> WebhookVerifyParams.builder().tolerance(Duration.ofSeconds(-1)));
    assertEquals(WebhookVerificationException.Reason.ARGUMENT, refused.reason());
  }

  @Test
  void noSecretIsShown() {
    WebhookVerifyParams params = WebhookVerifyParams.builder().secret("whsec_hidden").build();
    assertFalse(params.toString().contains("hidden"));
    var refused = assertThrows(WebhookVerificationException.class, () -> Webhooks.verify(params));
    assertFalse(refused.getMessage().contains("hidden"));
  }

  private static WebhookVerifyParams params(Map<String, Object> vector) {
    WebhookVerifyParams.Builder builder =
        WebhookVerifyParams.builder()
            .payload(payload(vector))
            .headers(headers(vector))
            .now(Instant.ofEpochSecond((Integer) vector.get("now")));
    ((List<?>) vector.get("secrets")).forEach(secret -> builder.secret((String) secret));
    return vector.get("tolerance") instanceof Integer seconds
        ? builder.tolerance(Duration.ofSeconds(seconds)).build()
        : builder.withoutTimeCheck().build();
  }

  private static Map<String, List<String>> headers(Map<String, Object> vector) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Object pair : (List<?>) vector.get("headers")) {
      List<?> sides = (List<?>) pair;
      headers
          .computeIfAbsent((String) sides.get(0), name -> new ArrayList<>())
          .add((String) sides.get(1));
    }
    return headers;
  }

  private static byte[] payload(Map<String, Object> vector) {
    return Base64.getDecoder().decode((String) vector.get("payload"));
  }

  @SuppressWarnings("unchecked") // the file's shape
  private static Stream<Map<String, Object>> vectors(String group) {
    var file = (Map<String, Object>) Fixtures.spec("signatures/vectors.json");
    return ((List<Map<String, Object>>) file.get(group)).stream();
  }
}
