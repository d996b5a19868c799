// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.webhooks;

import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.ARGUMENT;
import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.CONFIG;
import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.DECODE;
import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.NO_MATCH;
import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.TIMESTAMP_OUT_OF_TOLERANCE;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.core.Json;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.events.WebhookEvents;

/**
 * Verifies, parses and signs webhook deliveries. Needs no client and no network; nothing blocks.
 * Rules and vectors: spec/signatures. Thread-safe.
 */
public final class Webhooks {
  /** The header that carries the signature. */
  public static final String SIGNATURE_HEADER = "X-FC-Signature";

  static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);
  private static final String ALGORITHM = "HmacSHA256";

  private Webhooks() {}

  /**
   * The event, once one of the signatures is ours and its time is near; of a type this version does
   * not know it is a plain {@link WebhookEvent}. WebhookVerificationException tells why not.
   */
  public static WebhookEvent verify(WebhookVerifyParams params) {
    verifyHeader(params);
    return parse(params.payload());
  }

  /** Checks signature and time without looking into the body; WebhookVerificationException. */
  public static void verifyHeader(WebhookVerifyParams params) {
    List<String> secrets = params.secrets();
    if (secrets.isEmpty() || secrets.stream().anyMatch(String::isEmpty)) {
      throw new WebhookVerificationException(
          CONFIG, "A webhook secret is needed: pass `secret` or set FC_WEBHOOK_SECRET.");
    }
    SignatureHeader.Parsed signature = params.header().parse();
    boolean found = false;
    for (String secret : secrets) {
      byte[] expected = digestOf(signature.time(), params.payload(), secret);
      for (byte[] digest : signature.digests()) {
        // No way out early: the time taken must not tell how far a guess came.
        found |= MessageDigest.isEqual(expected, digest);
      }
    }
    if (!found) {
      throw new WebhookVerificationException(
          NO_MATCH, "No signature in " + SIGNATURE_HEADER + " matches this body and secret.");
    }
    checkTime(Long.parseLong(signature.time()), params);
  }

  /** The event of a body that was verified; WebhookVerificationException with reason DECODE. */
  public static WebhookEvent parse(byte[] payload) {
    Map<String, @Nullable Object> fields;
    try {
      // Jackson would put signs of its own in place of bytes that are no UTF-8.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
      fields = Json.readObject(new ByteArrayInputStream(payload));
    } catch (CharacterCodingException cause) {
      throw new WebhookVerificationException(DECODE, "The body is not UTF-8.", cause);
    } catch (IOException cause) {
      throw new WebhookVerificationException(DECODE, "The body is not a JSON object.", cause);
    }
    if (!(fields.get("id") instanceof String)) {
      throw new WebhookVerificationException(
          DECODE, "The body is not an event: it needs an `id`, a string.");
    }
    return WebhookEvents.of(fields);
  }

  /** The header value a delivery of this body would carry; for tests of your receiver. */
  public static String sign(byte[] payload, String secret, Instant timestamp) {
    return sign(payload, List.of(secret), timestamp);
  }

  /** As {@link #sign(byte[], String, Instant)}, with a signature for each secret of a rotation. */
  public static String sign(byte[] payload, List<String> secrets, Instant timestamp) {
    if (secrets.isEmpty() || secrets.stream().anyMatch(String::isEmpty)) {
      throw new WebhookVerificationException(
          CONFIG, "A webhook secret is needed: pass `secret` or set FC_WEBHOOK_SECRET.");
    }
    if (timestamp.getEpochSecond() < 0) {
      throw new WebhookVerificationException(ARGUMENT, "`timestamp` must not lie before 1970.");
    }
    String time = Long.toString(timestamp.getEpochSecond());
    return secrets.stream()
        .map(secret -> ",v1=" + HexFormat.of().formatHex(digestOf(time, payload, secret)))
        .collect(Collectors.joining("", "t=" + time, ""));
  }

  private static void checkTime(long time, WebhookVerifyParams params) {
    // Both in whole seconds, as in every SDK.
    long age = params.now().getEpochSecond() - time;
    params
        .tolerance()
        .filter(most -> Math.abs(age) > most.toSeconds())
        .ifPresent(
            most -> {
              throw new WebhookVerificationException(
                  TIMESTAMP_OUT_OF_TOLERANCE,
                  "The signature's time lies %d s in the %s; at most %d s are accepted."
                      .formatted(Math.abs(age), age > 0 ? "past" : "future", most.toSeconds()));
            });
  }

  private static byte[] digestOf(String time, byte[] payload, String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((time + ".").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException cause) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, cause);
    }
  }
}
