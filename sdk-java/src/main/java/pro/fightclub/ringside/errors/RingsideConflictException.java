// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 409: the request does not fit the state of things. */
public class RingsideConflictException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideConflictException(ErrorAnswer answer) {
    super(answer);
  }
}
