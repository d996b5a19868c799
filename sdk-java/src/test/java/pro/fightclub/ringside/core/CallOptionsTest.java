// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallOptionsTest {
  @Test
  void aKeyThatNoHeaderCanCarryIsRefused() {
    CallOptions.Builder builder = CallOptions.builder();
    for (String key : List.of("", " ", "schlüssel", "a\nb")) {
      assertThrows(IllegalArgumentException.class, () -> builder.idempotencyKey(key));
    }
    assertEquals(
        List.of("mine"), builder.idempotencyKey("mine").build().headers().get("Idempotency-Key"));
  }
}
