// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import pro.fightclub.ringside.Model;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.errors.CustomerBudgetExceededException;
import pro.fightclub.ringside.errors.CustomerWalletEmptyException;
import pro.fightclub.ringside.errors.ExternalIdTakenException;
import pro.fightclub.ringside.errors.IdempotencyKeyReusedException;
import pro.fightclub.ringside.errors.InvalidApiKeyException;
import pro.fightclub.ringside.errors.InvalidModelRefException;
import pro.fightclub.ringside.errors.InvalidRequestException;
import pro.fightclub.ringside.errors.ObjectNotFoundException;
import pro.fightclub.ringside.errors.RingsideServiceException;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerCreateParams;
import pro.fightclub.ringside.types.CustomerListParams;
import pro.fightclub.ringside.types.CustomerStatus;
import pro.fightclub.ringside.types.CustomerUpdateParams;
import pro.fightclub.ringside.types.ModelResolveParams;
import pro.fightclub.ringside.types.UsageListEventsParams;
import pro.fightclub.ringside.types.UsageRetrieveParams;
import pro.fightclub.ringside.types.WalletAdjustParams;
import pro.fightclub.ringside.types.WalletListTransactionsParams;
import pro.fightclub.ringside.types.WalletRefundParams;
import pro.fightclub.ringside.types.WalletTopupParams;
import pro.fightclub.ringside.types.WalletTransaction;
import pro.fightclub.ringside.types.WalletTransactionType;

/**
 * The same client against a real gateway, named by RINGSIDE_TEST_GATEWAY and opened by FC_API_KEY.
 */
@Timeout(60)
@EnabledIfEnvironmentVariable(
    named = "RINGSIDE_TEST_GATEWAY",
    matches = "http.+",
    disabledReason = "RINGSIDE_TEST_GATEWAY names no gateway")
@EnabledIfEnvironmentVariable(
    named = "FC_API_KEY",
    matches = "sk_test_.+",
    disabledReason = "FC_API_KEY is no test key")
class GatewayTest {
  private static RingsideClient client;

  @BeforeAll
  static void connect() {
    client = RingsideClient.builder().baseUrl(System.getenv("RINGSIDE_TEST_GATEWAY")).build();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @Test
  void aCallIsServedAttributedAndPaidFromTheWallet() {
    Customer customer = create("paid");
    client
        .customers()
        .wallet()
        .topup(customer.id(), WalletTopupParams.builder().amountUsd(1).build());
    try (var raw =
        client
            .forCustomer(customer.id(), "e2e")
            .chat()
            .completions()
            .withRawResponse()
            .create(chat(Model.match("anthropic", "sonnet").minVersion(4).build()))) {
      assertTrue(raw.parse().choices().get(0).message().content().orElseThrow().contains("Hello"));
      ResponseMeta facts = ResponseMeta.of(raw);
      assertTrue(facts.modelResolved().orElseThrow().startsWith("fc:anthropic/claude-sonnet-"));
      BigDecimal deducted = facts.walletDeducted().orElseThrow();
      assertTrue(deducted.signum() > 0);
      assertEquals(BigDecimal.ONE.subtract(deducted), facts.walletBalance().orElseThrow());
      var event = client.usage().retrieveEvent(facts.requestId().orElseThrow());
      assertEquals(0, deducted.compareTo(event.billableAmountUsd()));
      assertEquals(List.of("e2e"), event.tags());
      assertEquals(Optional.of(customer.id()), event.customer());
    }
    WalletTransaction debit = transactions(customer.id()).get(0);
    assertEquals(WalletTransactionType.DEBIT, debit.type());
    client
        .customers()
        .wallet()
        .refund(customer.id(), WalletRefundParams.builder().transactionId(debit.id()).build());
    assertEquals(
        0,
        BigDecimal.ONE.compareTo(
            client.customers().wallet().retrieve(customer.id()).balanceUsd().orElseThrow()));
  }

  @Test
  void aStreamEndsWithItsUsage() {
    ChatCompletionCreateParams params =
        chat("fc:openai/gpt-4o-mini").toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (var stream = client.chat().completions().createStreaming(params)) {
      var chunks = stream.stream().toList();
      assertTrue(
          chunks.stream()
              .flatMap(c -> c.choices().stream())
              .anyMatch(c -> c.finishReason().isPresent()));
      assertTrue(chunks.get(chunks.size() - 1).usage().orElseThrow().completionTokens() > 0);
    }
  }

  @Test
  void aCustomerLivesThroughItsWholeLife() {
    Customer made = create("a/b?c#d%e .. é");
    assertEquals(made, client.customers().retrieve(made.id()));
    assertEquals(made, client.customers().retrieve("ext:" + made.externalId()));
    assertEquals(
        made.id(),
        client
            .customers()
            .getOrCreate(CustomerCreateParams.builder().externalId(made.externalId()).build())
            .id());
    Customer changed =
        client
            .customers()
            .update(
                made.id(),
                CustomerUpdateParams.builder().budgetUsd(new BigDecimal("0.1")).name(null).build());
    assertEquals(Optional.of(new BigDecimal("0.1")), changed.budgetUsd());
    assertEquals(Optional.empty(), changed.name());
    assertEquals(Map.of("näme", "Zoë 🥊"), changed.metadata());
    assertEquals(CustomerStatus.ACTIVE, changed.status());
    assertThrows(
        ExternalIdTakenException.class,
        () ->
            client
                .customers()
                .create(CustomerCreateParams.builder().externalId(made.externalId()).build()));
    assertTrue(client.customers().delete(made.id()).deleted());
    assertThrows(ObjectNotFoundException.class, () -> client.customers().retrieve(made.id()));
  }

  @Test
  void aListIsWalkedPageByPage() {
    List<String> made = new ArrayList<>();
    IntStream.range(0, 5).forEach(index -> made.add(0, create("page").id()));
    var page = client.customers().list(CustomerListParams.builder().limit(2).build());
    assertEquals(made, page.autoPager().stream().map(Customer::id).filter(made::contains).toList());
    var back =
        client.customers().list(CustomerListParams.builder().before(made.get(4)).limit(2).build());
    assertTrue(
        back.autoPager().stream().map(Customer::id).toList().containsAll(made.subList(0, 4)));
    assertThrows(
        RingsideServiceException.class,
        () -> client.customers().list(CustomerListParams.builder().after("cus_nobody").build()));
  }

  @Test
  void aTopupUnderOneKeyIsOneCredit() {
    Customer customer = create("key");
    CallOptions key = CallOptions.builder().idempotencyKey(UUID.randomUUID().toString()).build();
    WalletTopupParams five = WalletTopupParams.builder().amountUsd(5).build();
    var wallet = client.customers().wallet();
    WalletTransaction first = wallet.topup(customer.id(), five, key);
    try (var again = wallet.withRawResponse().topup(customer.id(), five, key)) {
      assertTrue(ResponseMeta.of(again).idempotencyReplayed());
      assertEquals(first, again.parse());
    }
    assertThrows(
        IdempotencyKeyReusedException.class,
        () -> wallet.topup(customer.id(), WalletTopupParams.builder().amountUsd(6).build(), key));
    wallet.adjust(
        customer.id(),
        WalletAdjustParams.builder()
            .amountUsd(new BigDecimal("-0.000000001"))
            .reason("e2e")
            .build());
    assertEquals(
        new BigDecimal("4.999999999"), wallet.retrieve(customer.id()).balanceUsd().orElseThrow());
    assertEquals(2, transactions(customer.id()).size());
    assertThrows(
        InvalidRequestException.class,
        () -> wallet.topup(customer.id(), WalletTopupParams.builder().amountUsd(0).build()));
  }

  @Test
  void refusalsAreOfTheirClass() {
    assertThrows(
        InvalidModelRefException.class, () -> client.chat().completions().create(chat("gpt-4o")));
    RingsideClient stranger = client.withOptions(options -> options.apiKey("sk_test_nobody"));
    assertThrows(InvalidApiKeyException.class, () -> stranger.customers().list());
    Customer broke = create("broke", 0);
    var refused =
        assertThrows(
            CustomerBudgetExceededException.class,
            () ->
                client
                    .forCustomer(broke.id())
                    .chat()
                    .completions()
                    .create(chat("fc:openai/gpt-4o-mini")));
    assertTrue(refused.resetsAt().isPresent());
    assertEquals(Optional.of(false), refused.shouldRetry());
    assertTrue(refused.requestId().orElseThrow().startsWith("req_"));
    Customer empty = create("empty");
    client
        .customers()
        .wallet()
        .topup(
            empty.id(),
            WalletTopupParams.builder().amountUsd(new BigDecimal("0.000000001")).build());
    var later =
        client
            .async()
            .forCustomer(empty.id())
            .chat()
            .completions()
            .create(chat("fc:openai/gpt-4o-mini"));
    var failure = assertThrows(CompletionException.class, later::join);
    assertInstanceOf(CustomerWalletEmptyException.class, failure.getCause());
  }

  @Test
  void modelsAndUsageAnswer() {
    assertTrue(
        client.models().list().autoPager().stream()
            .anyMatch(model -> model.id().startsWith("fc:openai/")));
    assertTrue(
        client
            .models()
            .resolve(ModelResolveParams.builder().ref("match:anthropic/sonnet>=4").build())
            .resolved()
            .startsWith("fc:anthropic/"));
    client.chat().completions().create(chat("fc:openai/gpt-4o-mini"));
    assertTrue(
        client.usage().retrieve(UsageRetrieveParams.builder().build()).totalCostUsd().signum() > 0);
    assertFalse(
        client
            .usage()
            .listEvents(UsageListEventsParams.builder().limit(1).build())
            .items()
            .isEmpty());
  }

  private static Customer create(String externalId) {
    return client.customers().create(params(externalId).build());
  }

  private static Customer create(String externalId, long budgetUsd) {
    return client.customers().create(params(externalId).budgetUsd(budgetUsd).build());
  }

  private static CustomerCreateParams.Builder params(String externalId) {
    return CustomerCreateParams.builder()
        .externalId(externalId + UUID.randomUUID())
        .name("e2e")
        .metadata(Map.of("näme", "Zoë 🥊"));
  }

  private static ChatCompletionCreateParams chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build();
  }

  private static List<WalletTransaction> transactions(String customerId) {
    return client
        .customers()
        .wallet()
        .listTransactions(customerId, WalletListTransactionsParams.builder().limit(1).build())
        .autoPager()
        .stream()
        .toList();
  }
}
