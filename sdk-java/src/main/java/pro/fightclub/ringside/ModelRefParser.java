// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads refs: canonical text only, so that one choice has one text. */
final class ModelRefParser {
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}");
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
    String bounds = selector.group(3);
    for (String bound : bounds.isEmpty() ? new String[0] : bounds.split(",", -1)) {
      putBound(parts, bound);
    }
    String query = selector.group(4);
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      putPair(parts, pair);
    }
    String canonical = MatchText.render(selector.group(1), selector.group(2), parts);
    if (!canonical.equals("match:" + rest)) {
      throw new ModelRefException(
          "order", "The canonical text of this ref is \"" + canonical + "\".");
    }
    return new ModelRef.Match(canonical, selector.group(1), selector.group(2), parts);
  }

  private static void putBound(Map<String, String> parts, String bound) {
    String operator =
        bound.startsWith(">=")
            ? ">="
            : bound.startsWith("<") || bound.startsWith("=") ? bound.substring(0, 1) : "";
    put(parts, OPERATORS.getOrDefault(operator, "version"), bound.substring(operator.length()));
  }

  private static void putPair(Map<String, String> parts, String pair) {
    String[] sides = pair.split("=", 2);
    if (!MatchText.QUERY.contains(sides[0])) {
      throw new ModelRefException(
          "query",
          "\"%s\" is not known here; use %s."
              .formatted(sides[0], String.join(", ", MatchText.QUERY)));
    }
    put(parts, sides[0], sides.length > 1 ? sides[1] : "");
  }

  private static void put(Map<String, String> parts, String part, String text) {
    if (parts.put(part, text) != null) {
      throw new ModelRefException(part, part + " is given twice.");
    }
  }
}
