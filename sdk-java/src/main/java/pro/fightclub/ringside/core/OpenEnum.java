// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text with a meaning. The gateway may send values that this version has no constant for. */
public abstract class OpenEnum {
  private final String value;

  /** Takes the text as it travels. */
  protected OpenEnum(String value) {
    this.value = Objects.requireNonNull(value, "value");
  }

  /** The text as it travels. */
  public final String value() {
    return value;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other != null
        && getClass() == other.getClass()
        && value.equals(((OpenEnum) other).value);
  }

  @Override
  public final int hashCode() {
    return value.hashCode();
  }

  @Override
  public final String toString() {
    return value;
  }
}
