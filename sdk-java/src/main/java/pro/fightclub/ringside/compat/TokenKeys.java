// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import pro.fightclub.ringside.core.TokenSource;

/**
 * Keys that stand for sources of client tokens: the host sends keys only, and options alone tell
 * its clients apart. The transport puts a token in the key's place, so none leaves the machine.
 */
public final class TokenKeys {
  private static final String PREFIX = "ringside-client-token-";
  private static final AtomicLong LAST = new AtomicLong();

  /** A source is known as long as options hold its key. */
  private static final Map<String, TokenSource> SOURCES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private TokenKeys() {}

  /** A new key for the host's options, which must hold this very text and no copy. */
  public static String keyFor(TokenSource source) {
    String key = PREFIX + LAST.incrementAndGet();
    SOURCES.put(key, source);
    return key;
  }

  /** The source the request waits for a token of; empty when it brings a credential of its own. */
  static Optional<TokenSource> source(List<String> authorization) {
    String scheme = "Bearer ";
    if (authorization.size() != 1 || !authorization.get(0).startsWith(scheme + PREFIX)) {
      return Optional.empty();
    }
    return Optional.ofNullable(SOURCES.get(authorization.get(0).substring(scheme.length())));
  }
}
