// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

/** Each test starts a program of its own, since Java cannot change its environment. */
class EnvironmentTest extends WithServer {
  private static final Map<String, String> OF_OPENAI =
      Map.of(
          "OPENAI_API_KEY", "leak-key",
          "OPENAI_ADMIN_KEY", "leak-admin",
          "OPENAI_ORG_ID", "leak-org",
          "OPENAI_PROJECT_ID", "leak-project",
          "OPENAI_BASE_URL", "http://127.0.0.1:1/leak",
          "OPENAI_WEBHOOK_SECRET", "leak-secret",
          "OPENAI_CUSTOM_HEADERS", "X-Leak: leak-header",
          "AZURE_OPENAI_KEY", "leak-azure");

  /** The program: a chat call and one of ours with nothing but the environment. */
  public static final class Program {
    private Program() {}

    /** Prints the class of what goes wrong. */
    public static void main(String[] arguments) {
      try (RingsideClient client = RingsideClient.fromEnv()) {
        client.chat().completions().create(Fixtures.CHAT);
        client.customers().retrieve("cus_1");
        client.webhooks().verify(new byte[0], "t=1,v1=00");
      } catch (RuntimeException error) {
        System.out.println(error.getClass().getSimpleName() + ": " + error.getMessage());
      }
    }
  }

  @Test
  void nothingOfOpenAisReachesTheGateway() throws IOException, InterruptedException {
    server.script(
        Reply.json(200, Fixtures.completion()), Reply.json(200, Fixtures.customer("cus_1")));
    String printed = run(Map.of("FC_API_KEY", "sk_test_env", "FC_BASE_URL", server.baseUrl()));
    assertEquals(2, server.requests().size(), printed);
    server
        .requests()
        .forEach(
            request -> {
              assertEquals("Bearer sk_test_env", request.header("authorization"));
              assertTrue(!request.toString().contains("leak") && !request.text().contains("leak"));
              assertEquals(List.of(), request.all("openai-organization"));
            });
    assertTrue(printed.contains("A webhook secret is needed"), printed);
  }

  @Test
  void openAisKeyIsNoCredential() throws IOException, InterruptedException {
    String printed = run(Map.of("FC_BASE_URL", server.baseUrl()));
    assertTrue(printed.startsWith("RingsideConfigException: No credentials"), printed);
    assertEquals(0, server.requests().size());
  }

  private static String run(Map<String, String> variables)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(OF_OPENAI);
    builder.environment().putAll(variables);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return printed;
  }
}
