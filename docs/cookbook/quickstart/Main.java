// SPDX-License-Identifier: Apache-2.0
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import pro.fightclub.ringside.Model;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.RingsideClient;

/** The newest Sonnet from version 4 on, for one of your customers, and who really served it. */
public final class Main {
  public static void main(String[] arguments) {
    // Key and address from FC_API_KEY and FC_BASE_URL.
    try (RingsideClient client = RingsideClient.fromEnv().forCustomer("cus_42")) {
      String model = Model.match("anthropic", "sonnet").minVersion(4).build();
      System.out.println("asking " + model);

      var params = ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build();
      try (var raw = client.chat().completions().withRawResponse().create(params)) {
        System.out.println(raw.parse().choices().get(0).message().content().orElse(""));
        System.out.println("served by " + ResponseMeta.of(raw).modelResolved().orElse("nobody"));
      }
    }
  }
}
