// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 403: the credential is good but not for this. */
public class RingsidePermissionDeniedException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsidePermissionDeniedException(ErrorAnswer answer) {
    super(answer);
  }
}
