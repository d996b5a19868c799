// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client token, fixed or renewed. Calls that need a new one at the same time share one fetch.
 * The text is in no message and no {@code toString}. Thread-safe.
 */
public final class TokenSource {
  /** A token is fetched anew this long before it expires, so that it does not die on the way. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final @Nullable Supplier<String> provider;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable String known;

  TokenSource(@Nullable String token, @Nullable Supplier<String> provider, Clock clock) {
    this.known = token == null ? null : checked(token);
    this.provider = provider;
    this.clock = clock;
  }

  /** A token that stays; IllegalArgumentException when a header cannot carry it. */
  public static TokenSource of(String token) {
    return new TokenSource(token, null, Clock.systemUTC());
  }

  /**
   * Tokens from a provider, for example your own server. It is asked when there is none yet, when
   * one is about to expire and when the gateway calls one expired; it may block.
   */
  public static TokenSource renewing(Supplier<String> provider) {
    return new TokenSource(null, provider, Clock.systemUTC());
  }

  /** The token to send now. Blocks while the provider is asked. */
  public String token() {
    String token = known;
    return token != null && lasts(token) ? token : fetchUnless(this::lasts);
  }

  /** The token to send now; the provider is asked in the common pool. */
  public CompletableFuture<String> tokenAsync() {
    String token = known;
    return token != null && lasts(token)
        ? CompletableFuture.completedFuture(token)
        : CompletableFuture.supplyAsync(this::token);
  }

  /**
   * Another token in place of one the gateway called expired; empty when there is none to be had.
   * Callers refused together get the same one. Blocks while the provider is asked.
   */
  public Optional<String> replace(String refused) {
    if (provider == null) {
      return Optional.empty();
    }
    String fresh = fetchUnless(token -> !token.equals(refused));
    return fresh.equals(refused) ? Optional.empty() : Optional.of(fresh);
  }

  @Override
  public String toString() {
    return provider == null ? "TokenSource{fixed}" : "TokenSource{renewing}";
  }

  /** The known token if it is good, else a new one; whoever waited looks again before asking. */
  private String fetchUnless(Predicate<String> good) {
    fetching.lock();
    try {
      String token = known;
      if (token != null && (provider == null || good.test(token))) {
        return token;
      }
      token = checked(provider == null ? null : provider.get());
      known = token;
      return token;
    } finally {
      fetching.unlock();
    }
  }

  private boolean lasts(String token) {
    return provider == null
        || expiry(token).map(end -> clock.millis() < end - MARGIN.toMillis()).orElse(true);
  }

  /** The {@code exp} claim in milliseconds; empty for a text that is no readable JWT. */
  private static Optional<Long> expiry(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length < 2) {
      return Optional.empty();
    }
    try {
      Object claims = Json.read(Base64.getUrlDecoder().decode(parts[1]));
      return claims instanceof Map<?, ?> map && map.get("exp") instanceof Number seconds
          ? Optional.of(seconds.longValue() * 1000)
          : Optional.empty();
    } catch (IOException | IllegalArgumentException notAToken) {
      return Optional.empty();
    }
  }

  private static String checked(@Nullable String token) {
    String text = token == null ? "" : token.strip();
    if (!text.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException(
          "A client token must be a non-empty text of visible ASCII characters.");
    }
    return text;
  }
}
