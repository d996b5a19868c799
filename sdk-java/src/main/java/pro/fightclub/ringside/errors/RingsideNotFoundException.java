// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 404: the object does not exist, or belongs to somebody else. */
public class RingsideNotFoundException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideNotFoundException(ErrorAnswer answer) {
    super(answer);
  }
}
