// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

/** A model ref that cannot be built or read; {@link #part()} names what is wrong with it. */
public final class ModelRefException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String part;

  ModelRefException(String part, String message) {
    super(message);
    this.part = part;
  }

  /** The part at fault, such as {@code min_version}. */
  public String part() {
    return part;
  }
}
