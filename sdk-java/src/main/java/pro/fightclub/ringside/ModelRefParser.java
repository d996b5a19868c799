// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads refs: in the order of the canonical text, defaults and {@code 4-5} for 4.5 allowed. */
final class ModelRefParser {
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}");
  private static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
  private static final Pattern SELECTOR =
      Pattern.compile("([^/]*)/([^<>=?,]*)([^?]*)(?:\\?(.*))?", Pattern.DOTALL);
  private static final Map<String, String> OPERATORS =
      Map.of(">=", "min_version", "<", "max_version", "=", "version");

  private ModelRefParser() {}

  static ModelRef parse(String text) {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "fc" -> fc(rest);
      case "slot" -> new ModelRef.Slot(MatchText.shaped("alias", rest, ALIAS));
      case "match" -> match(rest);
      default -> throw new ModelRefException("prefix", "A ref starts with fc:, slot: or match:.");
    };
  }

  private static ModelRef fc(String rest) {
    int slash = rest.indexOf('/');
    if (slash < 0) {
      throw new ModelRefException("model", "A direct ref needs a provider and a model.");
    }
    return new ModelRef.Fc(
        MatchText.shaped("provider", rest.substring(0, slash), MatchText.NAME),
        MatchText.shaped("model", rest.substring(slash + 1), MODEL));
  }

  private static ModelRef match(String rest) {
    Matcher selector = SELECTOR.matcher(rest);
    if (!selector.matches()) {
      throw new ModelRefException("family", "A match ref needs a provider and a family.");
    }
    Map<String, String> parts = new LinkedHashMap<>();
    for (String bound : split(selector.group(3), ",")) {
      putBound(parts, bound);
    }
    for (String pair : split(selector.group(4), "&")) {
      putPair(parts, pair);
    }
    inOrder("version", parts, List.of("min_version", "max_version", "version"));
    inOrder("query", parts, MatchText.QUERY);
    String canonical = MatchText.render(selector.group(1), selector.group(2), parts);
    return new ModelRef.Match(canonical, selector.group(1), selector.group(2), parts);
  }

  /** Nothing of what is not there, though an empty text has one empty part. */
  private static List<String> split(@Nullable String text, String separator) {
    return text == null || (text.isEmpty() && separator.equals(","))
        ? List.of()
        : List.of(text.split(separator, -1));
  }

  private static void putBound(Map<String, String> parts, String bound) {
    String operator =
        bound.startsWith(">=") ? ">=" : bound.substring(0, Math.min(1, bound.length()));
    String part = OPERATORS.get(operator);
    if (part == null) {
      throw new ModelRefException("version", "\"" + bound + "\" does not begin with >=, < or =.");
    }
    put(parts, part, bound.substring(operator.length()).replace('-', '.'));
  }

  private static void putPair(Map<String, String> parts, String pair) {
    String[] sides = pair.split("=", 2);
    if (!MatchText.QUERY.contains(sides[0])) {
      throw new ModelRefException(
          "query",
          "\"%s\" is not known here; use %s."
              .formatted(sides[0], String.join(", ", MatchText.QUERY)));
    }
    String value = sides.length > 1 ? sides[1] : "";
    if (sides[0].equals("needs")
        && !value.equals(String.join(",", new TreeSet<>(List.of(value.split(",", -1)))))) {
      throw new ModelRefException("needs", "The needs must be in alphabetical order, each once.");
    }
    put(parts, sides[0], value);
  }

  private static void put(Map<String, String> parts, String part, String text) {
    if (parts.put(part, text) != null) {
      throw new ModelRefException(part, part + " is given twice.");
    }
  }

  private static void inOrder(String name, Map<String, String> parts, List<String> order) {
    List<String> found = parts.keySet().stream().filter(order::contains).toList();
    List<String> wanted = order.stream().filter(parts::containsKey).toList();
    if (!found.equals(wanted)) {
      throw new ModelRefException(
          name, "The order of the parts is " + String.join(", ", order) + ".");
    }
  }
}
