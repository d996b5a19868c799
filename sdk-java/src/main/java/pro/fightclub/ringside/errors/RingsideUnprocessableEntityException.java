// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 422: the request is well formed but contradicts an earlier one. */
public class RingsideUnprocessableEntityException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideUnprocessableEntityException(ErrorAnswer answer) {
    super(answer);
  }
}
