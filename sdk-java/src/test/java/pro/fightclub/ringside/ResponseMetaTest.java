// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.core.http.Headers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseMetaTest {
  @Test
  void readsEveryHeaderOfOurs() {
    ResponseMeta meta =
        ResponseMeta.of(
            Headers.builder()
                .put("X-Request-Id", "req_1")
                .put("X-Ringside-Model-Resolved", "fc:a/b")
                .put("X-Ringside-Model-Used", "fc:a/b")
                .put("X-Ringside-Models-Tried", "slot:x, fc:a/b")
                .put("X-Ringside-Fallback-Triggered", "true")
                .put("X-Ringside-Wallet-Balance", "-0.000000001")
                .put("X-Ringside-Wallet-Deducted", "12345678901.123456789")
                .put("X-Ringside-Cost", "1")
                .put("X-Ringside-Max-Tokens-Clamped", "64")
                .put("X-RateLimit-Limit", "60")
                .put("X-RateLimit-Remaining", "0")
                .put("X-RateLimit-Reset", "2.5")
                .put("Idempotency-Replayed", "true")
                .build());
    assertEquals(Optional.of("req_1"), meta.requestId());
    assertEquals(Optional.of("fc:a/b"), meta.modelResolved());
    assertEquals(Optional.of("fc:a/b"), meta.modelUsed());
    assertEquals(List.of("slot:x", "fc:a/b"), meta.modelsTried());
    assertEquals(Optional.of(new BigDecimal("-0.000000001")), meta.walletBalance());
    assertEquals(Optional.of(new BigDecimal("12345678901.123456789")), meta.walletDeducted());
    assertEquals(Optional.of(BigDecimal.ONE), meta.cost());
    assertEquals(Optional.of(64L), meta.maxTokensClamped());
    assertEquals(Optional.of(60L), meta.rateLimitLimit());
    assertEquals(Optional.of(0L), meta.rateLimitRemaining());
    assertEquals(Optional.of(Duration.ofMillis(2500)), meta.rateLimitReset());
    assertTrue(meta.fallbackTriggered() && meta.idempotencyReplayed());
  }

  @Test
  void whatIsAbsentIsEmpty() {
    ResponseMeta meta = ResponseMeta.of(Headers.builder().build());
    assertEquals(Optional.empty(), meta.modelResolved());
    assertEquals(Optional.empty(), meta.walletHeld());
    assertEquals(List.of(), meta.modelsTried());
    assertFalse(meta.fallbackTriggered() || meta.idempotencyReplayed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NaN", "1e9", "much", "1,5", "0x1"})
  void anAmountThatIsNoneIsEmpty(String text) {
    Headers headers = Headers.builder().put("X-Ringside-Wallet-Balance", text).build();
    assertEquals(Optional.empty(), ResponseMeta.of(headers).walletBalance());
  }
}
