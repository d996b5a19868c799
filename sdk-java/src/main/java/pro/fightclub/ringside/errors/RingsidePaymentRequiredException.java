// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

import java.time.Instant;
import java.util.Optional;
import pro.fightclub.ringside.core.Values;

/** 402: a budget or a wallet is exhausted; the provider was not called. */
public class RingsidePaymentRequiredException extends RingsideServiceException {
  private static final long serialVersionUID = 1L;

  /** Takes what was answered. */
  protected RingsidePaymentRequiredException(ErrorAnswer answer) {
    super(answer);
  }

  /** Which store of money refused, such as {@code customer_wallet}. */
  public Optional<String> scope() {
    return answer().textField("scope");
  }

  /** When a budget starts anew; empty for wallets, which do not. */
  public Optional<Instant> resetsAt() {
    Object told = answer().field("resets_at");
    return told instanceof Number ? Optional.of(Values.timestamp(told)) : Optional.empty();
  }
}
