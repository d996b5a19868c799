// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example runs as it stands against a real gateway, as a program of its own. */
@Timeout(60)
@EnabledIfEnvironmentVariable(
    named = "RINGSIDE_TEST_GATEWAY",
    matches = "http.+",
    disabledReason = "RINGSIDE_TEST_GATEWAY names no gateway")
class ExamplesTest {
  static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("examples"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void runsAndSaysSomething(String name) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder program =
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                name)
            .redirectErrorStream(true);
    program.environment().put("FC_BASE_URL", System.getenv("RINGSIDE_TEST_GATEWAY"));
    program.environment().put("OPENAI_API_KEY", "sk-other");
    Process running = program.start();
    String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, running.waitFor(), said);
    assertFalse(said.isBlank());
    assertFalse(said.contains(System.getenv("FC_API_KEY")));
  }
}
