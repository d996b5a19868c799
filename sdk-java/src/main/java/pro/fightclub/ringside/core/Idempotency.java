// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.util.UUID;

/** One key a logical call: made before the first attempt, the same on every retry. */
final class Idempotency {
  static final String HEADER = "Idempotency-Key";

  private Idempotency() {}

  /** The key; IllegalArgumentException when a header cannot carry it. */
  static String checked(String key) {
    if (!key.matches("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?")) {
      throw new IllegalArgumentException(
          "`idempotencyKey` must be a non-empty ASCII text without control characters.");
    }
    return key;
  }

  /** A fresh random key in the form of RFC 4122, version 4. */
  static String newKey() {
    return UUID.randomUUID().toString();
  }
}
