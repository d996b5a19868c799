// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** A status without a class of its own. */
public class RingsideStatusException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideStatusException(ErrorAnswer answer) {
    super(answer);
  }
}
