// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenSourceTest {
  private static final long NOW = 1_767_225_600;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void aFixedTokenStaysWhateverItSays() {
    TokenSource source = new TokenSource(" " + jwt(NOW - 5) + "\n", null, CLOCK);
    assertEquals(jwt(NOW - 5), source.token());
    assertEquals(Optional.empty(), source.replace(jwt(NOW - 5)));
  }

  @Test
  void theProviderIsAskedOnceWhileATokenLasts() {
    TokenSource source = source(() -> jwt(NOW + 60));
    source.token();
    source.token();
    assertEquals(1, asked.get());
  }

  @Test
  void aTokenAboutToExpireIsReplaced() {
    TokenSource source = source(() -> jwt(NOW + 10));
    source.token();
    source.token();
    assertEquals(2, asked.get());
  }

  @Test
  void aTextThatIsNoJwtIsSimplySent() {
    TokenSource source = source(() -> "opaque");
    assertEquals(List.of("opaque", "opaque"), List.of(source.token(), source.token()));
    assertEquals(1, asked.get());
  }

  @Test
  void callersRefusedTogetherGetTheSameNewToken() {
    TokenSource source = source(() -> "token" + asked.get());
    String refused = source.token();
    assertEquals(Optional.of("token2"), source.replace(refused));
    assertEquals(Optional.of("token2"), source.replace(refused));
    assertEquals(2, asked.get());
  }

  @Test
  void aProviderThatGivesTheRefusedTokenAgainHasNoOther() {
    TokenSource source = source(() -> "same");
    assertEquals(Optional.empty(), source.replace(source.token()));
  }

  @Test
  void manyThreadsShareOneFetch() {
    CountDownLatch ready = new CountDownLatch(1);
    TokenSource source =
        source(
            () -> {
              await(ready);
              return jwt(NOW + 900);
            });
    List<CompletableFuture<String>> calls =
        IntStream.range(0, 8)
            .mapToObj(index -> CompletableFuture.supplyAsync(source::token))
            .toList();
    ready.countDown();
    assertEquals(1, calls.stream().map(CompletableFuture::join).distinct().count());
    assertEquals(1, asked.get());
  }

  @Test
  void aTokenThatNoHeaderCarriesIsRefusedAndNotQuoted() {
    var refused = assertThrows(IllegalArgumentException.class, () -> TokenSource.of("se cret"));
    assertFalse(refused.getMessage().contains("cret"));
    assertTrue(source(() -> "x").toString().contains("renewing"));
  }

  private TokenSource source(Supplier<String> provider) {
    return new TokenSource(
        null,
        () -> {
          asked.incrementAndGet();
          return provider.get();
        },
        CLOCK);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException cause) {
      throw new AssertionError(cause);
    }
  }

  private static String jwt(long expiry) {
    String claims = "{\"sub\":\"cus_1\",\"exp\":" + expiry + "}";
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2ln";
  }
}
