// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

/** 429: too many requests or tokens, ours or the provider's. */
public class RingsideRateLimitException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsideRateLimitException(ErrorAnswer answer) {
    super(answer);
  }
}
