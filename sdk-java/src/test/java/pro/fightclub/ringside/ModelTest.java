// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import pro.fightclub.ringside.testing.Fixtures;

class ModelTest {
  private static final MatchBuilder SONNET = Model.match("anthropic", "sonnet");

  @TestFactory
  Stream<DynamicTest> buildersEmitTheTextOfTheVectors() {
    return vectors("build")
        .map(
            vector ->
                dynamicTest(
                    vector.get("steps").toString(),
                    () -> {
                      if (vector.containsKey("text")) {
                        assertEquals(vector.get("text"), run(vector));
                      } else {
                        var refused = assertThrows(ModelRefException.class, () -> run(vector));
                        assertEquals(vector.get("error"), refused.part());
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> parsingGivesThePartsOfTheVectors() {
    return vectors("parse")
        .map(
            vector ->
                dynamicTest(
                    "\"" + vector.get("text") + "\"",
                    () -> {
                      String text = (String) vector.get("text");
                      if (vector.containsKey("error")) {
                        assertThrows(ModelRefException.class, () -> Model.parse(text));
                      } else {
                        assertEquals(texts(vector.get("parts")), partsOf(Model.parse(text)));
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aParsedRefKnowsItsCanonicalText() {
    return vectors("canonical")
        .map(
            vector ->
                dynamicTest(
                    vector.get("text").toString(),
                    () ->
                        assertEquals(
                            vector.get("canonical"),
                            Model.parse((String) vector.get("text")).text())));
  }

  @Test
  void aBuilderStaysAsItWas() {
    MatchBuilder least = SONNET.minVersion(4);
    least.maxVersion(6);
    least.needs(Model.Capability.TOOLS);
    assertEquals("match:anthropic/sonnet>=4", least.build());
    assertEquals("match:anthropic/sonnet", SONNET.build());
  }

  @Test
  void constantsAndNamesSayTheSame() {
    MatchBuilder typed =
        SONNET.needs(Model.Capability.JSON_SCHEMA).sort(Model.Sort.LARGEST_CONTEXT);
    assertEquals(SONNET.needs("json_schema").sort("largest_context").build(), typed.build());
    assertEquals(
        "match:anthropic/sonnet?channel=preview", SONNET.channel(Model.Channel.PREVIEW).build());
  }

  @Test
  void toStringNeverThrows() {
    assertEquals("match:anthropic/sonnet>=4", SONNET.minVersion(4).toString());
    assertEquals(
        "MatchBuilder{\"v4\" is not a valid version; it must match "
            + "(0|[1-9][0-9]{0,8})([.-](0|[1-9][0-9]{0,8})){0,2}.}",
        SONNET.minVersion("v4").toString());
  }

  @Test
  void whatIsBuiltParsesToTheSameText() {
    Random random = new Random(20261123);
    for (int round = 0; round < 500; round++) {
      String text = anyBuilder(random).build();
      assertEquals(text, Model.parse(text).text());
    }
  }

  private static MatchBuilder anyBuilder(Random random) {
    MatchBuilder builder =
        Model.match(random.nextBoolean() ? "*" : "a-b.c_d", "f" + random.nextInt(9));
    int least = random.nextInt(1_000_000);
    if (random.nextBoolean()) {
      builder = builder.minVersion(least + "." + random.nextInt(20)).maxVersion(least + 1);
    }
    if (random.nextBoolean()) {
      builder =
          builder.needs(
              "vision", Model.Capability.values()[random.nextInt(6)].name().toLowerCase());
    }
    if (random.nextBoolean()) {
      builder =
          builder.maxInputUsd(
              java.math.BigDecimal.valueOf(random.nextInt(1_000_000), random.nextInt(10)));
    }
    return builder
        .sort(Model.Sort.values()[random.nextInt(3)])
        .minContext(1 + random.nextInt(1_000_000));
  }

  @SuppressWarnings("unchecked") // the file's shape
  private static Stream<Map<String, Object>> vectors(String group) {
    var file = (Map<String, Object>) Fixtures.spec("model_refs/vectors.json");
    return ((List<Map<String, Object>>) file.get(group)).stream();
  }

  private static String run(Map<String, Object> vector) {
    Object built = null;
    for (Object step : (List<?>) vector.get("steps")) {
      List<?> words = (List<?>) step;
      built = apply(built, (String) words.get(0), words.subList(1, words.size()));
    }
    return built instanceof MatchBuilder builder ? builder.build() : (String) built;
  }

  private static Object apply(Object built, String name, List<?> given) {
    if (built instanceof MatchBuilder builder) {
      return apply(builder, name, given);
    }
    String first = (String) given.get(0);
    return switch (name) {
      case "match" -> Model.match(first, (String) given.get(1));
      case "slot" -> Model.slot(first);
      default -> given.size() == 1 ? Model.fc(first) : Model.fc(first, (String) given.get(1));
    };
  }

  private static MatchBuilder apply(MatchBuilder builder, String name, List<?> given) {
    String text = given.isEmpty() ? "" : given.get(0).toString();
    boolean whole = !given.isEmpty() && given.get(0) instanceof Integer;
    return switch (name) {
      case "min_version" ->
          whole ? builder.minVersion(Integer.parseInt(text)) : builder.minVersion(text);
      case "max_version" ->
          whole ? builder.maxVersion(Integer.parseInt(text)) : builder.maxVersion(text);
      case "version" -> whole ? builder.version(Integer.parseInt(text)) : builder.version(text);
      case "needs" -> builder.needs(given.toArray(String[]::new));
      case "min_context" -> builder.minContext(Long.parseLong(text));
      case "max_input_usd" ->
          whole ? builder.maxInputUsd(Long.parseLong(text)) : builder.maxInputUsd(text);
      case "max_output_usd" ->
          whole ? builder.maxOutputUsd(Long.parseLong(text)) : builder.maxOutputUsd(text);
      case "sort" -> builder.sort(text);
      case "channel" -> builder.channel(text);
      default -> throw new AssertionError("the vectors know a step this test does not: " + name);
    };
  }

  private static Map<String, String> texts(Object parts) {
    Map<String, String> texts = new LinkedHashMap<>();
    ((Map<?, ?>) parts)
        .forEach(
            (name, value) ->
                texts.put(
                    name.toString(),
                    value instanceof List<?> list
                        ? String.join(",", list.stream().map(Object::toString).toList())
                        : value.toString()));
    return texts;
  }

  private static Map<String, String> partsOf(ModelRef ref) {
    Map<String, String> parts = new LinkedHashMap<>();
    if (ref instanceof ModelRef.Fc fc) {
      parts.putAll(Map.of("kind", "fc", "provider", fc.provider(), "model", fc.model()));
    } else if (ref instanceof ModelRef.Slot slot) {
      parts.putAll(Map.of("kind", "slot", "alias", slot.alias()));
    } else if (ref instanceof ModelRef.Match match) {
      parts.putAll(match.parts());
      parts.putAll(Map.of("kind", "match", "provider", match.provider(), "family", match.family()));
    }
    return parts;
  }
}
