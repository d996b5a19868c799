// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.testing;

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.core.Json;

/** What many tests begin with. */
public final class Fixtures {
  /** A key of the right shape that opens nothing. */
  public static final String KEY = "sk_test_00000000000000000000000000000000abcdef";

  /** A chat call. */
  public static final ChatCompletionCreateParams CHAT =
      ChatCompletionCreateParams.builder()
          .model("fc:openai/gpt-4o-mini")
          .addUserMessage("Hello")
          .build();

  private Fixtures() {}

  /** A client of the server that does not try again. */
  public static RingsideClient client(ScriptedServer server) {
    return RingsideClient.builder().apiKey(KEY).baseUrl(server.baseUrl()).maxRetries(0).build();
  }

  /** A client of the server that tries again as often as by default. */
  public static RingsideClient patientClient(ScriptedServer server) {
    return RingsideClient.builder().apiKey(KEY).baseUrl(server.baseUrl()).build();
  }

  /** A customer's fields, with something this version does not know. */
  public static Map<String, Object> customer(String id) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("object", "customer");
    fields.put("external_id", "u/1");
    fields.put("name", null);
    fields.put("status", "brand_new");
    fields.put("created_at", 1_767_225_600);
    fields.put("unknown", Map.of("kept", true));
    return fields;
  }

  /** A page of customers. */
  public static Map<String, Object> page(String next, String... ids) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("object", "list");
    fields.put("data", List.of(ids).stream().map(Fixtures::customer).toList());
    fields.put("has_more", next != null);
    fields.put("next_cursor", next);
    return fields;
  }

  /** A chat completion. */
  public static Map<String, Object> completion() {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "assistant");
    message.put("content", "Hi");
    message.put("refusal", null);
    return Map.of(
        "id", "chatcmpl-1",
        "object", "chat.completion",
        "created", 1_767_225_600,
        "model", "gpt-4o-mini",
        "choices", List.of(Map.of("index", 0, "message", message, "finish_reason", "stop")));
  }

  /** A file of the spec, wherever the tests were started. */
  public static Object spec(String path) {
    try {
      return Json.read(Files.readAllBytes(Path.of("../spec").resolve(path)));
    } catch (IOException cause) {
      throw new AssertionError("../spec/" + path + " cannot be read", cause);
    }
  }
}
