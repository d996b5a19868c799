// SPDX-License-Identifier: Apache-2.0

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.Map;
import java.util.UUID;
import pro.fightclub.ringside.Model;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerCreateParams;
import pro.fightclub.ringside.types.CustomerUpdateParams;
import pro.fightclub.ringside.types.UsageGroupBy;
import pro.fightclub.ringside.types.UsageRetrieveParams;
import pro.fightclub.ringside.types.UsageSummary;
import pro.fightclub.ringside.types.WalletTopupParams;

/** A customer with a budget and a prepaid wallet, from the first top-up to its history. */
final class CustomersWallet {
  public static void main(String[] arguments) {
    try (RingsideClient client = RingsideClient.fromEnv()) {
      Customer customer =
          client
              .customers()
              .getOrCreate(
                  CustomerCreateParams.builder()
                      .externalId("example-" + UUID.randomUUID())
                      .name("Zoë")
                      .metadata(Map.of("plan", "pro"))
                      .build());
      client
          .customers()
          .update(
              customer.id(), CustomerUpdateParams.builder().budgetUsd(25).rateLimitRpm(60).build());
      client
          .customers()
          .wallet()
          .topup(
              customer.id(),
              WalletTopupParams.builder().amountUsd(10).description("Welcome credits").build());
      chat(client.forCustomer(customer.id()));
      report(client, customer.id());
      client.customers().delete(customer.id());
    }
  }

  private static void chat(RingsideClient client) {
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder()
            .model(Model.fc("openai", "gpt-4o-mini"))
            .addUserMessage("Hello")
            .build();
    try (var raw = client.chat().completions().withRawResponse().create(params)) {
      ResponseMeta facts = ResponseMeta.of(raw);
      System.out.printf(
          "the call took %s USD and left %s USD%n",
          facts.walletDeducted().orElseThrow().toPlainString(),
          facts.walletBalance().orElseThrow().toPlainString());
    }
  }

  private static void report(RingsideClient client, String customerId) {
    for (var row : client.customers().wallet().listTransactions(customerId).autoPager()) {
      System.out.printf(
          "%s: %s USD, then %s USD%n",
          row.type(), row.amountUsd().toPlainString(), row.balanceAfterUsd().toPlainString());
    }
    UsageSummary usage =
        client
            .usage()
            .retrieve(
                UsageRetrieveParams.builder()
                    .customer(customerId)
                    .groupBy(UsageGroupBy.MODEL)
                    .build());
    System.out.printf(
        "%d call for %s USD%n", usage.totalRequests(), usage.totalBillableUsd().toPlainString());
  }
}
