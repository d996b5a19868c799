// SPDX-License-Identifier: Apache-2.0

import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.UUID;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.errors.CustomerBudgetExceededException;
import pro.fightclub.ringside.errors.InvalidModelRefException;
import pro.fightclub.ringside.errors.RingsideErrors;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerCreateParams;

/** Every refusal is an exception of its own class, below one of its status. */
final class Errors {
  public static void main(String[] arguments) {
    try (RingsideClient client = RingsideClient.fromEnv()) {
      bareModel(client);
      Customer customer =
          client
              .customers()
              .create(
                  CustomerCreateParams.builder()
                      .externalId("broke-" + UUID.randomUUID())
                      .budgetUsd(0)
                      .build());
      noBudget(client.forCustomer(customer.id()));
      takenId(client, customer);
      client.customers().delete(customer.id());
    }
  }

  private static void bareModel(RingsideClient client) {
    try {
      client.chat().completions().create(chat("gpt-4o"));
    } catch (InvalidModelRefException error) {
      System.out.println(error.getMessage());
      System.out.println(error.code().orElse("") + ", parameter " + error.param().orElse(""));
    }
  }

  private static void noBudget(RingsideClient client) {
    try {
      client.chat().completions().create(chat("fc:openai/gpt-4o-mini"));
    } catch (CustomerBudgetExceededException error) {
      System.out.println("again from " + error.resetsAt().orElseThrow() + ", or raise the budget");
    }
  }

  private static void takenId(RingsideClient client, Customer customer) {
    try {
      client
          .customers()
          .create(CustomerCreateParams.builder().externalId(customer.externalId()).build());
    } catch (OpenAIServiceException error) {
      // By code, where one catch serves several.
      if (!RingsideErrors.hasCode(error, "external_id_taken")) {
        throw error;
      }
      System.out.println("somebody has that external id: " + error.statusCode());
    }
  }

  private static ChatCompletionCreateParams chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build();
  }
}
