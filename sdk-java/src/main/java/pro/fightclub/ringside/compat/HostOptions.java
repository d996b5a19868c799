// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import com.openai.core.ClientOptions;
import com.openai.credential.BearerTokenCredential;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What we need of the host's options and its builder has no method for. */
public final class HostOptions {
  private HostOptions() {}

  /**
   * The options with some changed, over the same connections. The transport learns a number of
   * retries other than the host's usual one from a header which it takes out again: the host tells
   * it no other way, and taking it out costs some microseconds.
   */
  public static ClientOptions modified(
      ClientOptions options, Consumer<ClientOptions.Builder> modifier) {
    ClientOptions.Builder builder = options.toBuilder();
    modifier.accept(builder);
    ClientOptions built = builder.build();
    int most = built.maxRetries();
    List<String> told =
        most == Attempt.USUAL_MAX_RETRIES ? List.of() : List.of(Integer.toString(most));
    if (built.headers().values(Attempt.MAX_RETRIES).equals(told)) {
      return built;
    }
    return built.toBuilder().replaceHeaders(Attempt.MAX_RETRIES, told).build();
  }

  /** The {@code Authorization} header the host would send; empty for other kinds of credential. */
  public static Optional<String> authorization(ClientOptions options) {
    return options.credential() instanceof BearerTokenCredential bearer
        ? Optional.of("Bearer " + bearer.token())
        : Optional.empty();
  }
}
