// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 5xx: the gateway or the provider failed. */
public class RingsideInternalServerException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideInternalServerException(ErrorAnswer answer) {
    super(answer);
  }
}
