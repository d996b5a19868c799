// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.errors.ClientTokenExpiredException;
import pro.fightclub.ringside.errors.RingsideConfigException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

class ClientTokenTest extends WithServer {
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void isTheOneAuthorizationOfEveryCall() {
    server.script(
        Reply.json(200, Fixtures.completion()), Reply.json(200, Fixtures.customer("cus_1")));
    RingsideClient client =
        RingsideClient.builder().clientToken("jwt").baseUrl(server.baseUrl()).build();
    client.chat().completions().create(Fixtures.CHAT);
    client.customers().retrieve("cus_1");
    server
        .requests()
        .forEach(request -> assertEquals("Client jwt", request.header("authorization")));
    assertFalse(client.toString().contains("jwt"));
  }

  @Test
  void isRenewedOnceWhenTheGatewayCallsItExpired() {
    server.script(
        Reply.refusal(401, "client_token_expired"), Reply.json(200, Fixtures.completion()));
    renewing().chat().completions().create(Fixtures.CHAT);
    assertEquals("Client token1", server.requests().get(0).header("authorization"));
    assertEquals("Client token2", server.requests().get(1).header("authorization"));
    assertEquals(server.requests().get(0).text(), server.requests().get(1).text());
  }

  @Test
  void isRenewedWithoutBlockingAsWell() {
    server.script(
        Reply.refusal(401, "client_token_expired"), Reply.json(200, Fixtures.customer("cus_1")));
    assertEquals("cus_1", renewing().async().customers().retrieve("cus_1").join().id());
    assertEquals("Client token2", server.last().header("authorization"));
  }

  @Test
  void isNotRenewedForever() {
    server.script(
        Reply.refusal(401, "client_token_expired"), Reply.refusal(401, "client_token_expired"));
    RingsideClient client = renewing();
    assertThrows(
        ClientTokenExpiredException.class, () -> client.chat().completions().create(Fixtures.CHAT));
    assertEquals(2, server.requests().size());
  }

  @Test
  void aFixedOneThatExpiredIsToldAsSuch() {
    server.script(Reply.refusal(401, "client_token_expired"));
    RingsideClient client =
        RingsideClient.builder().clientToken("jwt").baseUrl(server.baseUrl()).build();
    var failure =
        assertThrows(
            CompletionException.class, () -> client.async().customers().retrieve("cus_1").join());
    assertTrue(failure.getCause() instanceof ClientTokenExpiredException);
    assertFalse(failure.toString().contains("jwt"));
  }

  @Test
  void aKeySetLaterTakesItsPlace() {
    server.script(Reply.json(200, Fixtures.customer("cus_1")));
    renewing().withOptions(options -> options.apiKey("sk_test_b")).customers().retrieve("cus_1");
    assertEquals("Bearer sk_test_b", server.last().header("authorization"));
    assertEquals(0, asked.get());
  }

  @Test
  void aDerivedClientSendsItsOwnCredential() {
    RingsideClient keyed = Fixtures.client(server);
    RingsideClient tokened = keyed.withClientToken(TokenSource.of("jwt1"));
    RingsideClient other = tokened.withClientToken(TokenSource.renewing(() -> "jwt2"));
    System.gc(); // the source belongs to the client, not to whoever made it
    for (RingsideClient client :
        List.of(keyed, tokened, other, other.withApiKey("sk_test_b"), tokened.forCustomer("c"))) {
      server.script(
          Reply.json(200, Fixtures.customer("cus_1")), Reply.json(200, Fixtures.customer("cus_1")));
      client.customers().retrieve("cus_1");
      client.async().customers().retrieve("cus_1").join();
    }
    String key = "Bearer " + Fixtures.KEY;
    List<String> sent =
        List.of(key, "Client jwt1", "Client jwt2", "Bearer sk_test_b", "Client jwt1");
    for (int index = 0; index < 10; index++) {
      assertEquals(sent.get(index / 2), server.requests().get(index).header("authorization"));
    }
    assertThrows(RingsideConfigException.class, () -> keyed.withApiKey(" "));
  }

  @Test
  void aProviderThatFailsFailsTheCall() {
    RingsideClient client =
        RingsideClient.builder()
            .clientToken(
                () -> {
                  throw new IllegalStateException("no session");
                })
            .baseUrl(server.baseUrl())
            .build();
    assertThrows(IllegalStateException.class, () -> client.customers().retrieve("cus_1"));
    assertThrows(
        CompletionException.class, () -> client.async().customers().retrieve("cus_1").join());
  }

  private RingsideClient renewing() {
    return RingsideClient.builder()
        .clientToken(() -> "token" + asked.incrementAndGet())
        .baseUrl(server.baseUrl())
        .build();
  }
}
