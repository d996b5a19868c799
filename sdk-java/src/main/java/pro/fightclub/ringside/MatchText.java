// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The canonical text of a match ref, and the shapes its parts must have. */
final class MatchText {
  static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,63}");
  private static final Pattern VERSION =
      Pattern.compile("(0|[1-9][0-9]{0,8})([.-](0|[1-9][0-9]{0,8})){0,2}");
  private static final Pattern AMOUNT = Pattern.compile("(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?");
  private static final Pattern CONTEXT = Pattern.compile("[1-9][0-9]{0,9}");

  /** What a part of the query may be, in the order of the canonical text. */
  static final List<String> QUERY =
      List.of("channel", "max_input_usd", "max_output_usd", "min_context", "needs", "sort");

  private static final Set<String> DEFAULTS = Set.of("channel=stable", "sort=newest");

  private static final Map<String, Set<String>> WORDS =
      Map.of(
          "channel", Set.of("stable", "preview"),
          "sort", Set.of("newest", "cheapest", "largest_context"),
          "needs", Set.of("audio", "caching", "json_schema", "reasoning", "tools", "vision"));

  private MatchText() {}

  /** The canonical text; ModelRefException names the part that is wrong. */
  static String render(String provider, String family, Map<String, String> parts) {
    String name = provider.equals("*") ? provider : shaped("provider", provider, NAME);
    String query =
        QUERY.stream()
            .filter(parts::containsKey)
            .map(part -> part + "=" + queryValue(part, parts.getOrDefault(part, "")))
            .filter(pair -> !DEFAULTS.contains(pair))
            .collect(Collectors.joining("&"));
    return "match:%s/%s%s%s"
        .formatted(
            name,
            shaped("family", family, NAME),
            bounds(parts),
            query.isEmpty() ? "" : "?" + query);
  }

  /** The text, if it has the shape of its part. */
  static String shaped(String part, @Nullable String text, Pattern shape) {
    if (text != null && shape.matcher(text).matches()) {
      return text;
    }
    throw new ModelRefException(
        part, "\"%s\" is not a valid %s; it must match %s.".formatted(text, part, shape));
  }

  private static String bounds(Map<String, String> parts) {
    String least = version(parts, "min_version");
    String below = version(parts, "max_version");
    String exact = version(parts, "version");
    if (exact != null && (least != null || below != null)) {
      throw new ModelRefException(
          "version", "An exact version leaves no room for a least or a highest one.");
    }
    if (least != null && below != null && compare(least, below) >= 0) {
      throw new ModelRefException("version", "The highest version must lie above the least one.");
    }
    return Stream.of(prefixed("=", exact), prefixed(">=", least), prefixed("<", below))
        .filter(bound -> !bound.isEmpty())
        .collect(Collectors.joining(","));
  }

  private static String prefixed(String operator, @Nullable String version) {
    return version == null ? "" : operator + version;
  }

  private static @Nullable String version(Map<String, String> parts, String part) {
    String text = parts.get(part);
    return text == null ? null : shaped("version", text, VERSION).replace('-', '.');
  }

  /** Number by number, missing parts as zero. */
  private static int compare(String one, String other) {
    long[] left = numbers(one);
    long[] right = numbers(other);
    return IntStream.range(0, 3)
        .map(index -> Long.compare(left[index], right[index]))
        .filter(difference -> difference != 0)
        .findFirst()
        .orElse(0);
  }

  private static long[] numbers(String version) {
    return Stream.concat(Stream.of(version.split("\\.")), Stream.of("0", "0"))
        .limit(3)
        .mapToLong(Long::parseLong)
        .toArray();
  }

  private static String queryValue(String part, String text) {
    return switch (part) {
      case "min_context" -> shaped(part, text, CONTEXT);
      case "max_input_usd", "max_output_usd" -> amount(part, text);
      case "needs" ->
          Stream.of(text.split(",", -1))
              .map(need -> word(part, need))
              .collect(Collectors.toCollection(TreeSet::new))
              .stream()
              .collect(Collectors.joining(","));
      default -> word(part, text);
    };
  }

  private static String amount(String part, String text) {
    String shaped = shaped(part, text, AMOUNT);
    return shaped.contains(".") ? shaped.replaceAll("\\.?0+$", "") : shaped;
  }

  private static String word(String part, String text) {
    Set<String> known = WORDS.getOrDefault(part, Set.of());
    if (known.contains(text)) {
      return text;
    }
    throw new ModelRefException(
        part,
        "\"%s\" is not a valid %s; one of %s."
            .formatted(text, part, String.join(", ", new TreeSet<>(known))));
  }
}
