// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A delivery and what to check it with. Immutable; the text of a secret is never shown. */
public final class WebhookVerifyParams {
  private final byte[] payload;
  private final SignatureHeader header;
  private final List<String> secrets;
  private final @Nullable Duration tolerance;
  private final @Nullable Instant now;

  private WebhookVerifyParams(Builder builder) {
    payload = builder.payload;
    header = builder.header;
    secrets = List.copyOf(builder.secrets);
    tolerance = builder.tolerance;
    now = builder.now;
  }

  /** Starts with the default tolerance of 300 seconds and the machine's clock. */
  public static Builder builder() {
    return new Builder();
  }

  byte[] payload() {
    return payload;
  }

  SignatureHeader header() {
    return header;
  }

  List<String> secrets() {
    return secrets;
  }

  /** Empty when the time is not to be checked. */
  Optional<Duration> tolerance() {
    return Optional.ofNullable(tolerance);
  }

  Instant now() {
    return now != null ? now : Instant.now();
  }

  /** The same with this secret, unless there is one already. */
  public WebhookVerifyParams withDefaultSecret(@Nullable String secret) {
    if (!secrets.isEmpty() || secret == null) {
      return this;
    }
    Builder filled = new Builder();
    filled.payload = payload;
    filled.header = header;
    filled.tolerance = tolerance;
    filled.now = now;
    return filled.secret(secret).build();
  }

  @Override
  public String toString() {
    return "WebhookVerifyParams{payload=%d bytes, secrets=%d}"
        .formatted(payload.length, secrets.size());
  }

  /** Collects a delivery and what to check it with. Not thread-safe. */
  public static final class Builder {
    private byte[] payload = new byte[0];
    private SignatureHeader header = SignatureHeader.of(List.of());
    private final List<String> secrets = new ArrayList<>();
    private @Nullable Duration tolerance = Webhooks.DEFAULT_TOLERANCE;
    private @Nullable Instant now;

    private Builder() {}

    /** The raw body, byte for byte: one that was parsed and written again has another signature. */
    public Builder payload(byte[] body) {
      payload = body.clone();
      return this;
    }

    /** The value of {@code X-FC-Signature}; null when the delivery had none. */
    public Builder header(@Nullable String value) {
      header = SignatureHeader.of(value == null ? List.of() : List.of(value));
      return this;
    }

    /** All headers of the delivery, their names in any case. */
    public Builder headers(Map<String, ? extends Iterable<String>> all) {
      header = SignatureHeader.among(all);
      return this;
    }

    /** Adds a secret; several while one replaces another. */
    public Builder secret(String text) {
      secrets.add(text);
      return this;
    }

    /** How far the signature's time may lie from now, either way; zero is that very second. */
    public Builder tolerance(Duration most) {
      if (most.isNegative()) {
        throw new WebhookVerificationException(
            WebhookVerificationException.Reason.ARGUMENT, "`tolerance` must be 0 s or more.");
      }
      tolerance = most;
      return this;
    }

    /** Accepts a signature of any age: anybody who saw the delivery can send it again. */
    public Builder withoutTimeCheck() {
      tolerance = null;
      return this;
    }

    /** What is taken for the present. */
    public Builder now(Instant moment) {
      now = moment;
      return this;
    }

    /** The parameters as they are now. */
    public WebhookVerifyParams build() {
      return new WebhookVerifyParams(this);
    }
  }
}
