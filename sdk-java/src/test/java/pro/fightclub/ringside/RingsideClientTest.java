// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.errors.RingsideConfigException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WireRequest;
import pro.fightclub.ringside.testing.WithServer;

class RingsideClientTest extends WithServer {
  @Test
  void isOpenAisClientAndSpeaksToTheGateway() {
    server.script(
        Reply.json(
            200, Fixtures.completion(), "x-ringside-model-resolved", "fc:openai/gpt-4o-mini"));
    OpenAIClient client = Fixtures.client(server);
    try (var raw = client.chat().completions().withRawResponse().create(Fixtures.CHAT)) {
      assertEquals("Hi", raw.parse().choices().get(0).message().content().orElseThrow());
      assertEquals("fc:openai/gpt-4o-mini", ResponseMeta.of(raw).modelResolved().orElseThrow());
    }
    WireRequest request = server.last();
    assertEquals("POST /v1/chat/completions", request.method() + " " + request.target());
    assertEquals("Bearer " + Fixtures.KEY, request.header("authorization"));
    assertTrue(request.header("user-agent").matches("openai-java/4\\S+ ringside-java/0\\.1\\.0"));
    assertEquals(List.of(), request.all("idempotency-key"));
    assertEquals(List.of(), request.all("x-ringside-sdk-max-retries"));
  }

  @Test
  void ourResourcesAndOpenAisSendTheSameHeaders() {
    server.script(
        Reply.json(200, Fixtures.completion()), Reply.json(200, Fixtures.customer("cus_1")));
    RingsideClient client = Fixtures.client(server).forCustomer("cus_9", "a", "b");
    client.chat().completions().create(Fixtures.CHAT);
    client.customers().retrieve("cus_1");
    for (WireRequest request : server.requests()) {
      assertEquals("Bearer " + Fixtures.KEY, request.header("authorization"));
      assertEquals("cus_9", request.header("fc-customer"));
      assertEquals(List.of("a", "b"), request.all("fc-tag"));
      assertEquals("0", request.header("x-stainless-retry-count"));
      assertTrue(request.header("user-agent").endsWith("ringside-java/0.1.0"));
    }
  }

  @Test
  void aCallsOwnCustomerWins() {
    server.script(
        Reply.json(200, Fixtures.completion()),
        Reply.json(200, Fixtures.customer("cus_1")),
        Reply.json(200, Fixtures.customer("cus_1")));
    RingsideClient client = Fixtures.client(server).forCustomer("cus_9");
    ChatCompletionCreateParams chat =
        Fixtures.CHAT.toBuilder().putAdditionalHeader("FC-Customer", "cus_7").build();
    client.chat().completions().create(chat);
    assertEquals("cus_7", server.last().header("fc-customer"));
    client
        .customers()
        .retrieve("cus_1", CallOptions.builder().header("FC-Customer", "cus_8").build());
    assertEquals("cus_8", server.last().header("fc-customer"));
    client
        .customers()
        .retrieve("cus_1", CallOptions.builder().withoutHeader("FC-Customer").build());
    assertEquals(List.of(), server.last().all("fc-customer"));
  }

  @Test
  void aDerivedClientKeepsAllButWhatIsAsked() {
    server.script(
        Reply.json(200, Fixtures.customer("cus_1")), Reply.json(200, Fixtures.customer("cus_1")));
    RingsideClient client = Fixtures.client(server);
    RingsideClient derived =
        client.forCustomer("cus_9", "x").withOptions(options -> options.maxRetries(5));
    assertEquals("cus_9", derived.customer().orElseThrow());
    assertEquals(List.of("x"), derived.forCustomer("cus_8").tags());
    assertEquals(List.of("y"), derived.forCustomer("cus_8", "y").tags());
    assertTrue(client.customer().isEmpty());
    derived.customers().retrieve("cus_1");
    client.customers().retrieve("cus_1");
    assertEquals(1, server.connections());
  }

  @Test
  void aDerivedClientCanDropCustomerAndTags() {
    RingsideClient client = Fixtures.client(server).forCustomer("cus_9", "x", "y");
    assertEquals(Optional.empty(), client.withoutCustomer().customer());
    assertEquals(List.of("x", "y"), client.withoutCustomer().tags());
    assertEquals(List.of("z"), client.withTags("z").tags());
    RingsideClientAsync bare = client.async().withTags().withoutCustomer();
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    bare.customers().retrieve("cus_1").join();
    assertEquals(List.of(), server.last().all("fc-customer"));
    assertEquals(List.of(), server.last().all("fc-tag"));
    assertThrows(RingsideConfigException.class, () -> client.withTags("a,b"));
  }

  @Test
  void aThousandDerivedClientsShareOneConnection() {
    RingsideClient client = Fixtures.client(server);
    for (int index = 0; index < 1000; index++) {
      server.script(Reply.json(200, Fixtures.customer("cus_1")));
      client.forCustomer("cus_" + index).customers().retrieve("cus_1");
    }
    assertEquals("cus_999", server.last().header("fc-customer"));
    assertEquals(1, server.connections());
  }

  @Test
  void theQueryOfTheAddressGoesWithEveryCall() {
    server.script(Reply.json(200, Fixtures.page(null)), Reply.json(200, Fixtures.completion()));
    RingsideClient client =
        RingsideClient.builder().apiKey(Fixtures.KEY).baseUrl(server.baseUrl() + "/?api=2").build();
    client.customers().list();
    assertEquals("/v1/customers?api=2", server.last().target());
    client.chat().completions().create(Fixtures.CHAT);
    assertEquals("/v1/chat/completions?api=2", server.last().target());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "é", "a\nb"})
  void aCustomerThatNoHeaderCarriesIsRefused(String customer) {
    RingsideClient client = Fixtures.client(server);
    assertThrows(RingsideConfigException.class, () -> client.forCustomer(customer));
  }

  @Test
  void aTagWithACommaIsRefused() {
    RingsideClient client = Fixtures.client(server);
    assertThrows(RingsideConfigException.class, () -> client.forCustomer("cus_1", "a,b"));
  }

  @Test
  void servicesOfOpenAiKeepWorkingUnderOurNames() {
    RingsideClient client = Fixtures.client(server);
    server.script(
        Reply.json(
            200,
            java.util.Map.of("id", "fc:a/b", "object", "model", "created", 1, "owned_by", "a")));
    assertEquals("a", client.models().retrieve("fc:a/b").ownedBy());
    assertEquals("/v1/models/fc:a%2Fb", server.last().target());
    assertInstanceOf(com.openai.services.blocking.WebhookService.class, client.webhooks());
  }

  @Test
  void theKeyIsInNoLog() {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    PrintStream console = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Fixtures.client(server)
          .withOptions(options -> options.logLevel(com.openai.core.LogLevel.DEBUG))
          .customers()
          .retrieve("cus_1");
    } finally {
      System.setErr(console);
    }
    String log = printed.toString(StandardCharsets.UTF_8);
    assertTrue(log.contains("/v1/customers/cus_1"), log);
    assertFalse(log.contains(Fixtures.KEY));
  }
}
