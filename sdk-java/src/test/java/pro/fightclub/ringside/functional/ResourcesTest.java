// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIInvalidDataException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.errors.ExternalIdTakenException;
import pro.fightclub.ringside.errors.InsufficientScopeException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerCreateParams;
import pro.fightclub.ringside.types.CustomerListParams;
import pro.fightclub.ringside.types.CustomerStatus;
import pro.fightclub.ringside.types.CustomerUpdateParams;
import pro.fightclub.ringside.types.ModelResolveParams;
import pro.fightclub.ringside.types.UsageGroupBy;
import pro.fightclub.ringside.types.UsageRetrieveParams;
import pro.fightclub.ringside.types.WalletTopupParams;

class ResourcesTest extends WithServer {
  private static final CustomerCreateParams NEW =
      CustomerCreateParams.builder().externalId("u/1").build();

  @Test
  void anObjectIsTypedAndKeepsWhatThisVersionDoesNotKnow() {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    Customer customer = Fixtures.client(server).customers().retrieve("cus_1");
    assertEquals(Optional.empty(), customer.name());
    assertEquals(CustomerStatus.of("brand_new"), customer.status());
    assertEquals(Instant.ofEpochSecond(1_767_225_600), customer.createdAt());
    assertEquals(Map.of("kept", true), customer.fields().get("unknown"));
    assertEquals(Fixtures.customer("cus_1"), customer.fields());
    assertTrue(customer.fields().containsKey("name") && !customer.fields().containsKey("email"));
    var missing = assertThrows(OpenAIInvalidDataException.class, customer::livemode);
    assertEquals("`livemode` is missing or null", missing.getMessage());
  }

  @Test
  void aBodyHasWireNamesAndWhatWasSetOnly() {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    Fixtures.client(server)
        .customers()
        .create(
            CustomerCreateParams.builder()
                .externalId("u/1")
                .budgetUsd(25)
                .rateLimitRpm(60)
                .metadata(Map.of("näme", "Zoë 🥊"))
                .putAdditionalProperty("later", List.of(1))
                .build());
    assertEquals("POST /v1/customers", server.last().method() + " " + server.last().target());
    assertEquals("application/json", server.last().header("content-type"));
    assertEquals(
        Map.of(
            "external_id",
            "u/1",
            "budget_usd",
            25,
            "rate_limit_rpm",
            60,
            "metadata",
            Map.of("näme", "Zoë 🥊"),
            "later",
            List.of(1)),
        server.last().json());
  }

  @Test
  void anUpdateClearsWhatIsNullAndLeavesWhatIsAbsent() {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    Fixtures.client(server)
        .customers()
        .update("cus_1", CustomerUpdateParams.builder().name(null).build());
    assertEquals("PATCH {\"name\":null}", server.last().method() + " " + server.last().text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "0.1", "0.000000001", "1000000000", "12345678901234567890.123456789"})
  void amountsTravelExactly(String amount) {
    Map<String, Object> answer = new HashMap<>(Fixtures.customer("cus_1"));
    answer.put("budget_usd", new BigDecimal(amount));
    server.script(Reply.json(200, answer));
    var update = CustomerUpdateParams.builder().budgetUsd(new BigDecimal(amount)).build();
    Customer customer = Fixtures.client(server).customers().update("cus_1", update);
    assertEquals("{\"budget_usd\":" + amount + "}", server.last().text());
    assertEquals(0, new BigDecimal(amount).compareTo(customer.budgetUsd().orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource({
    "ext:a/b?c#d%e, ext:a%2Fb%3Fc%23d%25e",
    "'ext:a +:é', ext:a%20+:%C3%A9",
    "ext:.., ext:..",
    "ext:%2e%2e, ext:%252e%252e",
  })
  void anIdOfAnyShapeIsOneSegment(String id, String segment) {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    Fixtures.client(server).customers().retrieve(id);
    assertEquals("/v1/customers/" + segment, server.last().target());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void anIdThatWouldCallAnotherRouteIsRefused(String id) {
    var customers = Fixtures.client(server).customers();
    assertThrows(IllegalArgumentException.class, () -> customers.retrieve(id));
  }

  @Test
  void whatIsNeededAndNotSetIsNamed() {
    var builder = WalletTopupParams.builder().description("x");
    assertEquals(
        "`amount_usd` is required, but was not set",
        assertThrows(IllegalStateException.class, builder::build).getMessage());
  }

  @Test
  void halfASurrogatePairIsRefusedBeforeSending() {
    var customers = Fixtures.client(server).customers();
    var params = CustomerCreateParams.builder().externalId("\ud83e").build();
    assertThrows(IllegalArgumentException.class, () -> customers.create(params));
  }

  @Test
  void theRawAnswerHasHeadersAndTheObject() {
    server.script(Reply.json(200, Fixtures.customer("cus_1"), "x-request-id", "req_1"));
    try (var raw = Fixtures.client(server).customers().withRawResponse().retrieve("cus_1")) {
      assertEquals(200, raw.statusCode());
      assertEquals(List.of("req_1"), raw.headers().values("X-Request-Id"));
      assertEquals("cus_1", raw.parse().id());
      assertEquals("cus_1", raw.parse().id());
    }
  }

  @Test
  void filtersAreQueryParameters() {
    server.script(
        Reply.json(200, Fixtures.page(null)),
        Reply.json(200, Map.of("object", "usage_summary", "total_cost_usd", 0.25)));
    var client = Fixtures.client(server);
    client
        .customers()
        .list(
            CustomerListParams.builder()
                .externalId("a&b=ü")
                .limit(5)
                .createdAfter(Instant.ofEpochSecond(7))
                .build());
    assertEquals(
        "/v1/customers?external_id=a%26b%3D%C3%BC&limit=5&created_after=7", server.last().target());
    var usage =
        client
            .usage()
            .retrieve(
                UsageRetrieveParams.builder()
                    .groupBy(UsageGroupBy.MODEL)
                    .customer("cus_1")
                    .build());
    assertEquals(new BigDecimal("0.25"), usage.totalCostUsd());
    assertEquals("/v1/usage?group_by=model&customer=cus_1", server.last().target());
  }

  @Test
  void optionsAddAQueryAndHeaders() {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    CallOptions options =
        CallOptions.builder().queryParam("x", "1").queryParam("x", "2").header("X-A", "b").build();
    Fixtures.client(server).customers().retrieve("cus_1", options);
    assertEquals("/v1/customers/cus_1?x=1&x=2", server.last().target());
    assertEquals("b", server.last().header("x-a"));
  }

  @Test
  void aRefIsResolvedBesideOpenAisModels() {
    server.script(
        Reply.json(
            200,
            Map.of(
                "object",
                "model_resolution",
                "resolved",
                "fc:a/b",
                "candidates",
                List.of("fc:a/b"))));
    var found =
        Fixtures.client(server)
            .models()
            .resolve(ModelResolveParams.builder().ref("match:a/b>=4").build());
    assertEquals(List.of("fc:a/b"), found.candidates());
    assertEquals("/v1/models/resolve?ref=match%3Aa%2Fb%3E%3D4", server.last().target());
  }

  @Test
  void aDeleteTellsWhatIsGone() {
    server.script(Reply.json(200, Map.of("id", "cus_1", "object", "customer", "deleted", true)));
    assertTrue(Fixtures.client(server).customers().delete("cus_1").deleted());
    assertEquals("DELETE", server.last().method());
    assertEquals(0, server.last().body().length);
  }

  @Test
  void secretsOfAnswersAreNotPrinted() {
    server.script(Reply.json(200, Map.of("id", "key_1", "secret", "sk_test_shown_once")));
    var key = Fixtures.client(server).apiKeys().retrieve("key_1");
    assertEquals(Optional.of("sk_test_shown_once"), key.secret());
    assertTrue(!key.toString().contains("shown_once"));
  }

  @Test
  void getOrCreateFindsMakesOrTakesWhatSomebodyElseMade() {
    List<Reply> gone =
        List.of(
            Reply.refusal(404, "not_found"),
            Reply.refusal(409, "external_id_taken", "x-should-retry", "false"));
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    server.script(gone.get(0), Reply.json(200, Fixtures.customer("cus_2")));
    server.script(gone.get(0), gone.get(1), Reply.json(200, Fixtures.customer("cus_3")));
    server.script(gone.get(0), gone.get(1), Reply.json(200, Fixtures.customer("cus_4")));
    var client = Fixtures.patientClient(server);
    List<String> ids = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      ids.add(client.customers().getOrCreate(NEW).id());
    }
    ids.add(client.async().customers().getOrCreate(NEW).join().id());
    assertEquals(List.of("cus_1", "cus_2", "cus_3", "cus_4"), ids);
    assertEquals(
        "GET GET POST GET POST GET GET POST GET",
        String.join(" ", server.requests().stream().map(r -> r.method()).toList()));
  }

  @Test
  void getOrCreatePassesOtherRefusalsOn() {
    server.script(
        Reply.refusal(403, "insufficient_scope"), Reply.refusal(409, "external_id_taken"));
    var customers = Fixtures.client(server).customers();
    assertThrows(InsufficientScopeException.class, () -> customers.getOrCreate(NEW));
    assertThrows(ExternalIdTakenException.class, () -> customers.create(NEW));
  }
}
