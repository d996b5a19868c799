// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIServiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.errors.CustomerBudgetExceededException;
import pro.fightclub.ringside.errors.CustomerRateLimitExceededException;
import pro.fightclub.ringside.errors.RingsideErrors;
import pro.fightclub.ringside.errors.RingsideInternalServerException;
import pro.fightclub.ringside.errors.RingsidePaymentRequiredException;
import pro.fightclub.ringside.errors.RingsideServiceException;
import pro.fightclub.ringside.errors.RingsideStatusException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

class ErrorsTest extends WithServer {
  @ParameterizedTest
  @CsvSource({
    "400, invalid_request, InvalidRequestException, RingsideBadRequestException",
    "400, invalid_model_ref, InvalidModelRefException, RingsideBadRequestException",
    "401, invalid_api_key, InvalidApiKeyException, RingsideAuthenticationException",
    "402, customer_budget_exceeded, CustomerBudgetExceededException,"
        + " RingsidePaymentRequiredException",
    "402, budget_exceeded, CustomerBudgetExceededException, RingsidePaymentRequiredException",
    "402, customer_wallet_empty, CustomerWalletEmptyException, RingsidePaymentRequiredException",
    "402, wallet_empty, WalletEmptyException, RingsidePaymentRequiredException",
    "403, insufficient_scope, InsufficientScopeException, RingsidePermissionDeniedException",
    "404, not_found, ObjectNotFoundException, RingsideNotFoundException",
    "404, customer_not_found, CustomerNotFoundException, RingsideNotFoundException",
    "409, conversation_locked, ConversationLockedException, RingsideConflictException",
    "413, file_too_large, FileTooLargeException, RingsideStatusException",
    "422, idempotency_key_reused, IdempotencyKeyReusedException,"
        + " RingsideUnprocessableEntityException",
    "429, customer_rate_limit_exceeded, CustomerRateLimitExceededException,"
        + " RingsideRateLimitException",
    "429, rate_limited, CustomerRateLimitExceededException, RingsideRateLimitException",
    "503, model_unavailable, ModelUnavailableException, RingsideInternalServerException",
    "402, of_the_future, RingsidePaymentRequiredException, RingsideServiceException",
    "409, of_the_future, RingsideConflictException, RingsideServiceException",
    "500, of_the_future, RingsideInternalServerException, RingsideServiceException",
    "418, of_the_future, RingsideStatusException, RingsideServiceException",
  })
  void aCodeHasItsClassBelowThatOfItsStatus(int status, String code, String type, String parent) {
    server.script(
        Reply.refusal(status, code), Reply.refusal(status, code), Reply.refusal(status, code));
    RingsideServiceException ours = refusedByCustomers();
    assertEquals(type, ours.getClass().getSimpleName());
    assertEquals(parent, ours.getClass().getSuperclass().getSimpleName());
    assertEquals(status, ours.statusCode());
    assertEquals(Optional.of(code), ours.code());
    assertEquals(Optional.of("invalid_request_error"), ours.type());
    assertEquals(status + " " + code + ": the gateway's words on " + code, ours.getMessage());
    assertSame(ours.getClass(), refusedByChat().getClass());
    assertSame(ours.getClass(), refusedLater().getClass());
  }

  @Test
  void theFactsOfTheEnvelopeAreTyped() {
    Map<String, Object> more = new HashMap<>();
    more.put("param", "amount_usd");
    more.put("retry_after_seconds", 12);
    more.put("resets_at", 1_767_225_600);
    more.put("scope", "customer_budget");
    server.script(
        Reply.refusal(
            402,
            "customer_budget_exceeded",
            more,
            "x-request-id",
            "req_1",
            "x-should-retry",
            "false"));
    var error = assertInstanceOf(CustomerBudgetExceededException.class, refusedByChat());
    assertEquals(Optional.of("amount_usd"), error.param());
    assertEquals(Optional.of("req_1"), error.requestId());
    assertEquals(Optional.of("req_1"), ResponseMeta.of(error).requestId());
    assertEquals(Optional.of(Duration.ofSeconds(12)), error.retryAfter());
    assertEquals(Optional.of(false), error.shouldRetry());
    assertEquals(Optional.of(Instant.ofEpochSecond(1_767_225_600)), error.resetsAt());
    assertEquals(Optional.of("customer_budget"), error.scope());
    assertTrue(RingsideErrors.hasCode(error, "customer_budget_exceeded"));
    assertTrue(error.body().toString().contains("resets_at"));
  }

  @Test
  void theRequestIdOfTheBodyServesWhereTheHeaderIsMissing() {
    server.script(Reply.refusal(404, "not_found"));
    assertEquals(Optional.of("req_body"), refusedByCustomers().requestId());
  }

  @Test
  void theWaitOfTheHeaderServesWhereTheBodySaysNothing() {
    server.script(Reply.refusal(429, "customer_rate_limit_exceeded", "retry-after", "7"));
    var error = assertInstanceOf(CustomerRateLimitExceededException.class, refusedByChat());
    assertEquals(Optional.of(Duration.ofSeconds(7)), error.retryAfter());
    assertEquals(Optional.empty(), error.shouldRetry());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html | <h1>Bad gateway</h1> | 502: <h1>Bad gateway</h1>",
        "text/plain | '' | 502: (no body)",
        "application/json | [1] | 502: [1]",
        "application/json | \"busy\" | 502: \"busy\"",
        "application/json | {\"message\":\"busy\"} | 502: busy",
        "application/json | {\"error\":null} | 502: {\"error\":null}",
        "application/json | {\"error\":{\"message\":\"busy\"}} | 502: busy",
        "application/json | {\"error\":{\"code\":7,\"message\":\"busy\"}} | 502: busy",
        "application/json | {\"error\":\"busy\"} | 502: {\"error\":\"busy\"}",
      })
  void anAnswerWithoutTheEnvelopeKeepsItsText(String type, String body, String message) {
    server.script(Reply.text(502, type, body));
    var error = assertInstanceOf(RingsideInternalServerException.class, refusedByCustomers());
    assertEquals(message, error.getMessage());
    assertEquals(body, error.rawBody());
    assertEquals(Optional.empty(), error.code());
  }

  @Test
  void eightMegabytesDoNotBlowUpTheMessage() {
    server.script(Reply.text(418, "text/html", "x".repeat(8 << 20)));
    var error = assertInstanceOf(RingsideStatusException.class, refusedByChat());
    assertTrue(error.getMessage().length() < 2_100);
    assertEquals(1 << 20, error.rawBody().length(), 8192);
  }

  @Test
  void paymentRequiredIsOneCatchForAllThreeCodes() {
    for (String code :
        new String[] {"customer_budget_exceeded", "customer_wallet_empty", "wallet_empty"}) {
      server.script(Reply.refusal(402, code));
      assertInstanceOf(RingsidePaymentRequiredException.class, refusedByChat());
    }
  }

  private RingsideServiceException refusedByCustomers() {
    return assertThrows(
        RingsideServiceException.class,
        () -> Fixtures.client(server).customers().retrieve("cus_1"));
  }

  private OpenAIServiceException refusedByChat() {
    return assertThrows(
        OpenAIServiceException.class,
        () -> Fixtures.client(server).chat().completions().create(Fixtures.CHAT));
  }

  private Throwable refusedLater() {
    var future = Fixtures.client(server).async().chat().completions().create(Fixtures.CHAT);
    return assertThrows(CompletionException.class, future::join).getCause();
  }
}
