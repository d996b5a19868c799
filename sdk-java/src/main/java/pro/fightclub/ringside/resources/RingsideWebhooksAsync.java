// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.resources;

import com.openai.core.ClientOptions;
import com.openai.services.async.WebhookServiceAsync;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.compat.ForwardingWebhookServiceAsync;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/**
 * OpenAI's {@code webhooks()}, whole, with the check of Ringside's own deliveries beside it. The
 * check blocks on nothing. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RingsideWebhooksAsync extends ForwardingWebhookServiceAsync {
  private final @Nullable String secret;

  /** Forwards to the host's service and checks with the client's secret. */
  public RingsideWebhooksAsync(WebhookServiceAsync host, ClientOptions options) {
    super(host);
    this.secret = options.webhookSecret().orElse(null);
  }

  /**
   * The event, once its {@code X-FC-Signature} is ours and its time is within 300 s. Hand over the
   * raw body. WebhookVerificationException tells why not. Rule: spec/signatures.
   */
  public WebhookEvent verify(byte[] payload, @Nullable String header) {
    return verify(WebhookVerifyParams.builder().payload(payload).header(header).build());
  }

  /** As {@link #verify(byte[], String)}, with secrets, tolerance and clock of your own. */
  public WebhookEvent verify(WebhookVerifyParams params) {
    return Webhooks.verify(params.withDefaultSecret(secret));
  }

  /** As {@link #verify(WebhookVerifyParams)}, without looking into the body. */
  public void verifyHeader(WebhookVerifyParams params) {
    Webhooks.verifyHeader(params.withDefaultSecret(secret));
  }

  /** The header value a delivery of this body would carry now; for tests of your receiver. */
  public String sign(byte[] payload) {
    return Webhooks.sign(payload, secret == null ? "" : secret, Instant.now());
  }
}
