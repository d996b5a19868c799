// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import com.openai.core.ClientOptions;
import com.openai.credential.BearerTokenCredential;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What we need of the host's options and its builder has no method for. */
public final class HostOptions {
  /** In place of a key, where the transport puts the client token in. Never leaves the machine. */
  public static final String TOKEN_PLACEHOLDER = "ringside-client-token";

  private HostOptions() {}

  /**
   * The options with some changed, over the same connections. The transport learns the number of
   * retries from a header which it takes out again: the host tells it no other way.
   */
  public static ClientOptions modified(
      ClientOptions options, Consumer<ClientOptions.Builder> modifier) {
    ClientOptions.Builder builder = options.toBuilder();
    modifier.accept(builder);
    ClientOptions built = builder.build();
    String most = Integer.toString(built.maxRetries());
    if (built.headers().values(Attempt.MAX_RETRIES).equals(List.of(most))) {
      return built;
    }
    return built.toBuilder().replaceHeaders(Attempt.MAX_RETRIES, most).build();
  }

  /** The {@code Authorization} header the host would send; empty for other kinds of credential. */
  public static Optional<String> authorization(ClientOptions options) {
    return options.credential() instanceof BearerTokenCredential bearer
        ? Optional.of("Bearer " + bearer.token())
        : Optional.empty();
  }
}
