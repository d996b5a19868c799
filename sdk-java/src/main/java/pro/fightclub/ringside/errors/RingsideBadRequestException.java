// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 400: a field of the request is missing, of the wrong type or out of range. */
public class RingsideBadRequestException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideBadRequestException(ErrorAnswer answer) {
    super(answer);
  }
}
