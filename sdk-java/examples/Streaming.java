// SPDX-License-Identifier: Apache-2.0

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import pro.fightclub.ringside.Model;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.errors.ObjectNotFoundException;
import pro.fightclub.ringside.types.UsageEvent;

/** A call as a stream, and what it cost once it was settled. */
final class Streaming {
  public static void main(String[] arguments) throws InterruptedException {
    try (RingsideClient root = RingsideClient.fromEnv()) {
      RingsideClient client = root.forCustomer("user_42_of_mine", "example:stream");
      ChatCompletionCreateParams params =
          ChatCompletionCreateParams.builder()
              .model(Model.fc("openai", "gpt-4o-mini"))
              .addUserMessage("Count to five")
              .build();
      String requestId;
      try (var raw = client.chat().completions().withRawResponse().createStreaming(params)) {
        requestId = ResponseMeta.of(raw).requestId().orElseThrow();
        raw.parse().stream()
            .flatMap(chunk -> chunk.choices().stream())
            .flatMap(choice -> choice.delta().content().stream())
            .forEach(System.out::print);
        System.out.println();
      }
      // The headers leave before the stream, so its final figures are in the usage event.
      UsageEvent event = settled(client, requestId);
      System.out.printf(
          "%d tokens read, %d written, %s USD%n",
          event.inputTokens(), event.outputTokens(), event.billableAmountUsd().toPlainString());
    }
  }

  /** The usage event, which is there moments after the last byte. */
  private static UsageEvent settled(RingsideClient client, String requestId)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return client.usage().retrieveEvent(requestId);
      } catch (ObjectNotFoundException notYet) {
        if (attempt == 20) {
          throw notYet;
        }
        Thread.sleep(100);
      }
    }
  }
}
