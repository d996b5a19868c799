// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A match ref in the making. Immutable: every method gives another builder, and mistakes are told
 * by {@link #build()}. Thread-safe.
 */
public final class MatchBuilder {
  private final String provider;
  private final String family;
  private final Map<String, String> parts;

  MatchBuilder(String provider, String family) {
    this(provider, family, Map.of());
  }

  private MatchBuilder(String provider, String family, Map<String, String> parts) {
    this.provider = provider;
    this.family = family;
    this.parts = parts;
  }

  /** At least this version: 4 admits 4, 4.5 and 5. */
  public MatchBuilder minVersion(int version) {
    return minVersion(Integer.toString(version));
  }

  /** At least this version, such as {@code "4.5"}. */
  public MatchBuilder minVersion(String version) {
    return with("min_version", version);
  }

  /** Below this version: 6 excludes 6 and all later ones. */
  public MatchBuilder maxVersion(int version) {
    return maxVersion(Integer.toString(version));
  }

  /** Below this version, such as {@code "4.5"}. */
  public MatchBuilder maxVersion(String version) {
    return with("max_version", version);
  }

  /** Exactly this version; excludes the other two. */
  public MatchBuilder version(int version) {
    return version(Integer.toString(version));
  }

  /** Exactly this version, such as {@code "4.5"}. */
  public MatchBuilder version(String version) {
    return with("version", version);
  }

  /** Only models that can do all of these; adds to earlier needs. */
  public MatchBuilder needs(Model.Capability... capabilities) {
    return needs(Stream.of(capabilities).map(MatchBuilder::wire).toArray(String[]::new));
  }

  /** The same by name, such as {@code "vision"}. */
  public MatchBuilder needs(String... capabilities) {
    TreeSet<String> all = new TreeSet<>(List.of(capabilities));
    String earlier = parts.get("needs");
    if (earlier != null) {
      all.addAll(List.of(earlier.split(",", -1)));
    }
    return with("needs", String.join(",", all));
  }

  /** Only models with room for this many tokens. */
  public MatchBuilder minContext(long tokens) {
    return with("min_context", Long.toString(tokens));
  }

  /** Only models whose input costs at most this many USD per million tokens. */
  public MatchBuilder maxInputUsd(BigDecimal most) {
    return with("max_input_usd", plain(most));
  }

  /** Only models whose input costs at most this many USD per million tokens. */
  public MatchBuilder maxInputUsd(long most) {
    return maxInputUsd(BigDecimal.valueOf(most));
  }

  /** The same, such as {@code "0.15"}. */
  public MatchBuilder maxInputUsd(String most) {
    return with("max_input_usd", most);
  }

  /** Only models whose output costs at most this many USD per million tokens. */
  public MatchBuilder maxOutputUsd(BigDecimal most) {
    return with("max_output_usd", plain(most));
  }

  /** Only models whose output costs at most this many USD per million tokens. */
  public MatchBuilder maxOutputUsd(long most) {
    return maxOutputUsd(BigDecimal.valueOf(most));
  }

  /** The same, such as {@code "0.15"}. */
  public MatchBuilder maxOutputUsd(String most) {
    return with("max_output_usd", most);
  }

  /** What makes a model the best one; the newest, when not said. */
  public MatchBuilder sort(Model.Sort order) {
    return with("sort", wire(order));
  }

  /** Stable models only, when not said. */
  public MatchBuilder channel(Model.Channel least) {
    return with("channel", wire(least));
  }

  /** The canonical text; ModelRefException names the part that is wrong. */
  public String build() {
    return MatchText.render(provider, family, parts);
  }

  /** The canonical text, or what keeps it from being built. */
  @Override
  public String toString() {
    try {
      return build();
    } catch (ModelRefException wrong) {
      return "MatchBuilder{" + wrong.getMessage() + "}";
    }
  }

  /** The same by name. */
  public MatchBuilder sort(String order) {
    return with("sort", order);
  }

  /** The same by name. */
  public MatchBuilder channel(String least) {
    return with("channel", least);
  }

  private MatchBuilder with(String part, String text) {
    Map<String, String> changed = new LinkedHashMap<>(parts);
    changed.put(part, text);
    return new MatchBuilder(provider, family, Collections.unmodifiableMap(changed));
  }

  private static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  private static String wire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
