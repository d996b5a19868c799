// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.webhooks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A delivery that must not be trusted, or a check that cannot be made; {@link #reason()} tells. */
public final class WebhookVerificationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a delivery was refused; the same words in every Ringside SDK. */
  public enum Reason {
    /** No signature header. */
    MISSING_HEADER,
    /** A signature header that cannot be read. */
    MALFORMED_HEADER,
    /** No signature is of this body and secret. */
    NO_MATCH,
    /** The signature's time lies too far from now. */
    TIMESTAMP_OUT_OF_TOLERANCE,
    /** The signature is good, but the body is no event. */
    DECODE,
    /** There is no secret to check with. */
    CONFIG,
    /** An argument is out of range. */
    ARGUMENT;

    /** The reason as the other SDKs write it, such as {@code no_match}. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;

  WebhookVerificationException(Reason reason, String message) {
    this(reason, message, null);
  }

  WebhookVerificationException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Which of the reasons it was. */
  public Reason reason() {
    return reason;
  }
}
