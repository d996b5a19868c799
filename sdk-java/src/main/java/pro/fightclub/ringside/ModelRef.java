// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model ref taken apart. */
public sealed interface ModelRef {
  /** The canonical text. */
  String text();

  /**
   * One model of one provider.
   *
   * @param provider whose model it is
   * @param model its name there
   */
  record Fc(String provider, String model) implements ModelRef {
    @Override
    public String text() {
      return "fc:" + provider + "/" + model;
    }
  }

  /**
   * An alias the developer defined.
   *
   * @param alias the alias
   */
  record Slot(String alias) implements ModelRef {
    @Override
    public String text() {
      return "slot:" + alias;
    }
  }

  /**
   * A selector.
   *
   * @param text the canonical text
   * @param provider whose models, {@code *} for all
   * @param family the family's name
   * @param parts the other parts under their names, such as {@code min_version}, as they are
   *     written
   */
  record Match(String text, String provider, String family, Map<String, String> parts)
      implements ModelRef {
    /** Takes the parts over. */
    public Match {
      parts = Map.copyOf(parts);
    }

    /** A part as it is written; empty when it is not there. */
    public Optional<String> part(String name) {
      return Optional.ofNullable(parts.get(name));
    }

    /** What the model must be able to do, in alphabetical order. */
    public List<String> needs() {
      return part("needs").map(text -> List.of(text.split(","))).orElse(List.of());
    }
  }
}
