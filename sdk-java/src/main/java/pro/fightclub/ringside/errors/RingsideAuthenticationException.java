// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 401: the key or client token is missing or not valid. */
public class RingsideAuthenticationException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideAuthenticationException(ErrorAnswer answer) {
    super(answer);
  }
}
