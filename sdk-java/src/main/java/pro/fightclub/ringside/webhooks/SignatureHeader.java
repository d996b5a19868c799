// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.webhooks;

import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.MALFORMED_HEADER;
import static pro.fightclub.ringside.webhooks.WebhookVerificationException.Reason.MISSING_HEADER;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The signature header of a delivery: what was found of it, and how it is read. */
record SignatureHeader(List<String> values, boolean isStandardWebhooks) {
  /** More signatures than any rotation needs: each one costs a digest. */
  private static final int MOST_SIGNATURES = 32;

  /** A time and its signatures. */
  record Parsed(String time, List<byte[]> digests) {}

  static SignatureHeader of(List<String> values) {
    return new SignatureHeader(values, false);
  }

  static SignatureHeader among(Map<String, ? extends Iterable<String>> all) {
    List<String> found = new ArrayList<>();
    boolean standard = false;
    for (Map.Entry<String, ? extends Iterable<String>> header : all.entrySet()) {
      if (header.getKey().equalsIgnoreCase(Webhooks.SIGNATURE_HEADER)) {
        header.getValue().forEach(found::add);
      }
      standard |= header.getKey().equalsIgnoreCase("webhook-signature");
    }
    return new SignatureHeader(List.copyOf(found), standard);
  }

  /**
   * Reads {@code t=<unix>,v1=<hex>[,v1=<hex>…]}; blanks around commas and unknown keys are allowed.
   * WebhookVerificationException when it is missing or malformed.
   */
  Parsed parse() {
    List<String[]> parts =
        Stream.of(only().split(",", -1)).map(part -> part.strip().split("=", 2)).toList();
    if (parts.stream().anyMatch(part -> part.length < 2 || part[1].isEmpty())) {
      throw malformed("it must be pairs `key=value`, separated by commas");
    }
    List<String> times = valuesOf(parts, "t");
    List<String> digests = valuesOf(parts, "v1");
    // Twelve digits last until the year 33658.
    if (times.size() != 1 || !times.get(0).matches("[0-9]{1,12}")) {
      throw malformed("it needs exactly one `t` in unix seconds");
    }
    if (digests.isEmpty()) {
      throw malformed("it holds no `v1` signature");
    }
    if (digests.size() > MOST_SIGNATURES) {
      throw malformed("it holds more than " + MOST_SIGNATURES + " signatures");
    }
    if (!digests.stream().allMatch(digest -> digest.matches("[0-9a-f]{64}"))) {
      throw malformed("a `v1` is not 64 lower-case hex digits");
    }
    return new Parsed(times.get(0), digests.stream().map(HexFormat.of()::parseHex).toList());
  }

  private String only() {
    if (values.size() > 1) {
      throw new WebhookVerificationException(
          MALFORMED_HEADER, Webhooks.SIGNATURE_HEADER + " came twice.");
    }
    if (values.isEmpty()) {
      String hint =
          isStandardWebhooks
              ? " These are Standard Webhooks headers: check them with `webhooks().unwrap`."
              : "";
      throw new WebhookVerificationException(
          MISSING_HEADER, Webhooks.SIGNATURE_HEADER + " is missing." + hint);
    }
    return values.get(0);
  }

  private static List<String> valuesOf(List<String[]> parts, String key) {
    return parts.stream().filter(part -> part[0].equals(key)).map(part -> part[1]).toList();
  }

  private static WebhookVerificationException malformed(String why) {
    return new WebhookVerificationException(
        MALFORMED_HEADER, "%s cannot be read: %s.".formatted(Webhooks.SIGNATURE_HEADER, why));
  }
}
