// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIInvalidDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.core.CursorPage;
import pro.fightclub.ringside.errors.InternalException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerListParams;

class PagesTest extends WithServer {
  private static final CustomerListParams TWO =
      CustomerListParams.builder().limit(2).externalId("x").build();

  @Test
  void allItemsComeInOrderWithTheSameFiltersAndHeaders() {
    threePages();
    CallOptions options = CallOptions.builder().header("X-A", "b").build();
    assertEquals(
        List.of("cus_5", "cus_4", "cus_3", "cus_2"),
        ids(Fixtures.client(server).customers().list(TWO, options)));
    assertEquals(
        List.of(
            "/v1/customers?limit=2&external_id=x",
            "/v1/customers?limit=2&external_id=x&after=cus_4",
            "/v1/customers?limit=2&external_id=x&after=c%2B%2F%3D%263"),
        server.requests().stream().map(request -> request.target()).toList());
    server.requests().forEach(request -> assertEquals("b", request.header("x-a")));
  }

  @Test
  void theSameWithoutBlocking() {
    threePages();
    List<String> seen = new ArrayList<>();
    var page = Fixtures.client(server).async().customers().list(TWO).join();
    page.autoPager().subscribe(customer -> seen.add(customer.id())).onCompleteFuture().join();
    assertEquals(List.of("cus_5", "cus_4", "cus_3", "cus_2"), seen);
  }

  @Test
  void anEmptyFirstPageIsAnEmptyList() {
    server.script(Reply.json(200, Fixtures.page(null)));
    CursorPage<Customer> page = Fixtures.client(server).customers().list();
    assertEquals(List.of(), ids(page));
    assertThrows(NoSuchElementException.class, page::nextPage);
  }

  @Test
  void stoppingEarlyFetchesNoMore() {
    server.script(Reply.json(200, Fixtures.page("cus_4", "cus_5", "cus_4")));
    assertEquals(
        "cus_5", Fixtures.client(server).customers().list().autoPager().iterator().next().id());
    assertEquals(1, server.requests().size());
  }

  @Test
  void moreWithoutACursorIsTheEnd() {
    server.script(
        Reply.json(200, Map.of("data", List.of(Fixtures.customer("cus_1")), "has_more", true)));
    assertFalse(Fixtures.client(server).customers().list().hasNextPage());
  }

  @Test
  void anEmptyCursorIsNone() {
    server.script(Reply.json(200, Fixtures.page("", "cus_1")));
    assertEquals(List.of("cus_1"), ids(Fixtures.client(server).customers().list()));
    assertEquals(1, server.requests().size());
  }

  @Test
  void aCursorHandedOutTwiceIsAnErrorAndNoEndlessLoop() {
    for (int round = 0; round < 3; round++) {
      server.script(Reply.json(200, Fixtures.page(round == 1 ? "b" : "a", "cus_" + round)));
    }
    var page = Fixtures.client(server).customers().list();
    var error = assertThrows(OpenAIInvalidDataException.class, () -> ids(page));
    assertTrue(error.getMessage().contains("\"a\""));
    assertEquals(3, server.requests().size());
    server.script(Reply.json(200, Fixtures.page("a", "cus_1")));
    var again =
        Fixtures.client(server)
            .async()
            .customers()
            .list(CustomerListParams.builder().after("a").build())
            .join();
    assertThrows(CompletionException.class, () -> again.nextPage().join());
  }

  @Test
  void goingBackwardsFollowsTheFirstId() {
    server.script(
        Reply.json(
            200,
            Map.of(
                "data", List.of(), "has_more", true, "first_id", "cus_7", "next_cursor", "cus_1")),
        Reply.json(200, Fixtures.page(null, "cus_8")));
    var page =
        Fixtures.client(server)
            .customers()
            .list(CustomerListParams.builder().before("cus_5").build());
    assertEquals(List.of("cus_8"), ids(page));
    assertEquals("/v1/customers?before=cus_7", server.last().target());
  }

  @Test
  void aFaultOnALaterPageComesAfterTheItemsBeforeIt() {
    server.script(
        Reply.json(200, Fixtures.page("cus_1", "cus_1")), Reply.refusal(500, "internal_error"));
    List<String> seen = new ArrayList<>();
    var page = Fixtures.client(server).customers().list();
    assertThrows(
        InternalException.class, () -> page.autoPager().forEach(item -> seen.add(item.id())));
    assertEquals(List.of("cus_1"), seen);
  }

  @Test
  void aLaterPageIsTriedAgain() {
    server.script(
        Reply.json(200, Fixtures.page("cus_2", "cus_2")),
        Reply.refusal(500, "internal_error", "retry-after-ms", "20"),
        Reply.json(200, Fixtures.page(null, "cus_1")));
    assertEquals(List.of("cus_2", "cus_1"), ids(Fixtures.patientClient(server).customers().list()));
  }

  @Test
  void anAnswerThatIsNoListIsTold() {
    server.script(Reply.json(200, Map.of("object", "list")), Reply.json(200, Map.of("data", 7)));
    var customers = Fixtures.client(server).customers();
    assertThrows(OpenAIInvalidDataException.class, customers::list);
    assertThrows(OpenAIInvalidDataException.class, customers::list);
  }

  @Test
  void theRawAnswerOfAListIsItsFirstPage() {
    server.script(
        Reply.json(200, Fixtures.page("cus_2", "cus_2"), "x-request-id", "req_1"),
        Reply.json(200, Fixtures.page(null, "cus_1")));
    try (var raw = Fixtures.client(server).customers().withRawResponse().list(TWO)) {
      assertEquals(List.of("req_1"), raw.headers().values("x-request-id"));
      assertEquals(List.of("cus_2", "cus_1"), ids(raw.parse()));
    }
  }

  private void threePages() {
    server.script(
        Reply.json(200, Fixtures.page("cus_4", "cus_5", "cus_4")),
        Reply.json(200, Fixtures.page("c+/=&3")),
        Reply.json(200, Fixtures.page(null, "cus_3", "cus_2")));
  }

  private static List<String> ids(CursorPage<Customer> page) {
    return page.autoPager().stream().map(Customer::id).toList();
  }
}
