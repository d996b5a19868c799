// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIIoException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.errors.ConversationLockedException;
import pro.fightclub.ringside.errors.CustomerRateLimitExceededException;
import pro.fightclub.ringside.errors.InternalException;
import pro.fightclub.ringside.errors.ModelUnavailableException;
import pro.fightclub.ringside.errors.RingsideServiceException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;
import pro.fightclub.ringside.types.CustomerCreateParams;

class RetriesTest extends WithServer {
  private static final String[] SOON = {"retry-after-ms", "20"};
  private static final CustomerCreateParams NEW =
      CustomerCreateParams.builder().externalId("u/1").build();

  @Test
  void aFaultIsTriedAgainWithTheSameBodyAndKey() {
    server.script(
        Reply.refusal(500, "internal_error", SOON),
        Reply.reset(),
        Reply.json(200, Fixtures.customer("cus_1")));
    Fixtures.patientClient(server).customers().create(NEW);
    assertEquals(
        List.of("0", "1", "2"),
        server.requests().stream().map(r -> r.header("x-stainless-retry-count")).toList());
    List<String> keys =
        server.requests().stream().map(r -> r.header("idempotency-key")).distinct().toList();
    assertEquals(1, keys.size());
    assertEquals(4, UUID.fromString(keys.get(0)).version());
    assertEquals(1, server.requests().stream().map(r -> r.text()).distinct().count());
  }

  @Test
  void twoCallsHaveTwoKeysAndTheCallersOwnWins() {
    for (int index = 0; index < 3; index++) {
      server.script(Reply.json(200, Fixtures.customer("cus_1")));
    }
    RingsideClient client = Fixtures.patientClient(server);
    client.customers().create(NEW);
    String first = server.last().header("idempotency-key");
    client.customers().create(NEW);
    assertNotEquals(first, server.last().header("idempotency-key"));
    client.customers().create(NEW, CallOptions.builder().idempotencyKey("mine").build());
    assertEquals("mine", server.last().header("idempotency-key"));
  }

  @Test
  void readingAndChattingSendNoKey() {
    server.script(Reply.json(200, Fixtures.page(null)), Reply.json(200, Fixtures.completion()));
    RingsideClient client = Fixtures.patientClient(server);
    client.customers().list();
    client.chat().completions().create(Fixtures.CHAT);
    server.requests().forEach(request -> assertEquals(List.of(), request.all("idempotency-key")));
  }

  @Test
  void theLastAttemptsRefusalIsOfItsClassOnOpenAisServicesToo() {
    for (int index = 0; index < 3; index++) {
      server.script(Reply.refusal(503, "model_unavailable", SOON));
    }
    RingsideClient client = Fixtures.patientClient(server);
    assertThrows(
        ModelUnavailableException.class, () -> client.chat().completions().create(Fixtures.CHAT));
    assertEquals(3, server.requests().size());
  }

  @Test
  void theSameWithoutBlocking() {
    for (int index = 0; index < 3; index++) {
      server.script(
          Reply.refusal(
              409, "conversation_locked", "x-should-retry", "true", "retry-after-ms", "20"));
    }
    var future = Fixtures.patientClient(server).async().chat().completions().create(Fixtures.CHAT);
    var failure = assertThrows(CompletionException.class, future::join);
    assertInstanceOf(ConversationLockedException.class, failure.getCause());
    assertEquals(3, server.requests().size());
  }

  @Test
  void theServersVetoIsObeyedAtOnce() {
    server.script(Reply.refusal(500, "internal_error", "x-should-retry", "false"));
    RingsideClient client = Fixtures.patientClient(server);
    assertThrows(InternalException.class, () -> client.customers().create(NEW));
    assertEquals(1, server.requests().size());
  }

  @Test
  void theServersAdviceToTryAgainIsObeyedToo() {
    server.script(
        Reply.refusal(400, "invalid_request", "x-should-retry", "true", "retry-after-ms", "20"),
        Reply.json(200, Fixtures.customer("cus_1")));
    assertEquals("cus_1", Fixtures.patientClient(server).customers().create(NEW).id());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 402, 403, 404, 413, 422})
  void whatWouldFailAgainIsNotTriedAgain(int status) {
    server.script(Reply.refusal(status, "of_the_future"));
    RingsideClient client = Fixtures.patientClient(server);
    assertThrows(
        RingsideServiceException.class, () -> client.chat().completions().create(Fixtures.CHAT));
    assertEquals(1, server.requests().size());
  }

  @Test
  void aWaitBeyondAMinuteIsLeftToTheCaller() {
    server.script(Reply.refusal(429, "customer_rate_limit_exceeded", "retry-after", "61"));
    RingsideClient client = Fixtures.patientClient(server);
    var error =
        assertThrows(
            CustomerRateLimitExceededException.class,
            () -> client.chat().completions().create(Fixtures.CHAT));
    assertEquals(61, error.retryAfter().orElseThrow().toSeconds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", ""})
  void aWaitThatCannotBeReadIsNotAnError(String wait) {
    server.script(
        Reply.refusal(429, "rate_limited", "retry-after", wait),
        Reply.json(200, Fixtures.customer("cus_1")));
    assertEquals("cus_1", Fixtures.patientClient(server).customers().retrieve("cus_1").id());
  }

  @Test
  void noRetriesMeansOneAttempt() {
    server.script(
        Reply.reset(), Reply.refusal(500, "internal_error"), Reply.refusal(500, "internal_error"));
    assertThrows(OpenAIIoException.class, () -> Fixtures.client(server).customers().create(NEW));
    assertThrows(InternalException.class, () -> Fixtures.client(server).customers().create(NEW));
    CallOptions once = CallOptions.builder().maxRetries(0).build();
    assertThrows(
        InternalException.class,
        () -> Fixtures.patientClient(server).customers().create(NEW, once));
    assertEquals(3, server.requests().size());
  }

  @Test
  void aCallsOwnNumberOfRetriesWins() {
    for (int index = 0; index < 4; index++) {
      server.script(Reply.refusal(503, "service_unavailable", SOON));
    }
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    CallOptions often = CallOptions.builder().maxRetries(4).build();
    assertEquals("cus_1", Fixtures.patientClient(server).customers().retrieve("cus_1", often).id());
  }

  @Test
  void aRefusedConnectionHasItsCause() {
    RingsideClient client =
        RingsideClient.builder()
            .apiKey("sk_test_x")
            .baseUrl("http://127.0.0.1:1/v1")
            .maxRetries(0)
            .build();
    var error = assertThrows(OpenAIIoException.class, () -> client.customers().retrieve("cus_1"));
    assertInstanceOf(java.net.ConnectException.class, error.getCause());
    assertTrue(!error.toString().contains("sk_test_x"));
  }
}
