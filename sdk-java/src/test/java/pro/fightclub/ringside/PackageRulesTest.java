// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports point downwards: client, resources, core, errors and compat, host. */
class PackageRulesTest {
  private static final String OURS = "import pro.fightclub.ringside.";

  /** By folder, what its files must not import. */
  private static final Map<String, List<String>> FORBIDDEN =
      Map.of(
          "resources", List.of(OURS + "[A-Z]"),
          "types", List.of(OURS + "(?!core\\.)", "import com\\."),
          "events", List.of(OURS + "(?!core\\.|types\\.)", "import com\\."),
          "webhooks", List.of(OURS + "(?!core\\.Json;|events\\.)", "import com\\."),
          "core", List.of(OURS + "(?!compat\\.HostOptions|errors\\.)"),
          "errors", List.of(OURS + "(?!core\\.(Json|Values);)"),
          "compat", List.of(OURS + "(?!errors\\.|core\\.TokenSource;)"));

  @Test
  void noFileImportsWhatLiesAbove() throws IOException {
    assertEquals(List.of(), files().flatMap(PackageRulesTest::broken).toList());
  }

  @Test
  void buildersNeedNothing() throws IOException {
    for (String name :
        List.of("Model", "MatchBuilder", "MatchText", "ModelRef", "ModelRefParser")) {
      String text =
          Files.readString(Path.of("src/main/java/pro/fightclub/ringside/" + name + ".java"));
      assertEquals(false, text.matches("(?s).*import (com|pro)\\..*"), name);
    }
  }

  @Test
  void theVersionIsTheRepositorys() throws IOException {
    assertEquals(Files.readString(Path.of("../VERSION")).strip(), SdkVersion.VERSION);
    String pom = Files.readString(Path.of("pom.xml"));
    assertEquals(SdkVersion.VERSION, pom.split("<version>")[1].split("<")[0]);
  }

  private static Stream<String> broken(Path file) {
    List<String> rules =
        FORBIDDEN.getOrDefault(file.getParent().getFileName().toString(), List.of());
    return lines(file)
        .filter(line -> rules.stream().anyMatch(rule -> line.matches(rule + ".*")))
        .map(line -> file.getFileName() + ": " + line);
  }

  private static Stream<Path> files() throws IOException {
    return Stream.of("src/main/java", "src/generated/java")
        .map(Path::of)
        .flatMap(
            root -> {
              try (Stream<Path> found = Files.walk(root)) {
                return found.filter(path -> path.toString().endsWith(".java")).toList().stream();
              } catch (IOException cause) {
                throw new AssertionError(cause);
              }
            });
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException cause) {
      throw new AssertionError(cause);
    }
  }
}
