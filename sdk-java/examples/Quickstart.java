// SPDX-License-Identifier: Apache-2.0

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import pro.fightclub.ringside.Model;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.RingsideClient;

/** One chat call by the newest Sonnet there is, and who served it. */
final class Quickstart {
  public static void main(String[] arguments) {
    try (RingsideClient client = RingsideClient.fromEnv()) {
      String model = Model.match("anthropic", "sonnet").minVersion(4).build();
      ChatCompletionCreateParams params =
          ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build();
      try (var raw = client.chat().completions().withRawResponse().create(params)) {
        System.out.println(raw.parse().choices().get(0).message().content().orElse(""));
        System.out.println(ResponseMeta.of(raw).modelResolved().orElse("unknown"));
      }
    }
  }
}
