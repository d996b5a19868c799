// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.core.ClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.resources.ResourcesClient;
import pro.fightclub.ringside.resources.RingsideCustomers;
import pro.fightclub.ringside.resources.RingsideWebhooks;

/**
 * OpenAI's client with Ringside's resources; its methods block. One instance serves a whole
 * program: {@link #forCustomer} derives cheap ones that share its connections. Thread-safe.
 *
 * @since 0.1.0
 */
public interface RingsideClient extends ResourcesClient, AutoCloseable {
  /** A client of {@code FC_API_KEY}, {@code FC_BASE_URL} and {@code FC_WEBHOOK_SECRET}. */
  static RingsideClient fromEnv() {
    return builder().build();
  }

  /** Starts with what the {@code FC_*} variables give. */
  static RingsideClientBuilder builder() {
    return new RingsideClientBuilder();
  }

  /**
   * A client whose calls are made for this customer, a {@code cus_} id or your own id; a call's own
   * {@code FC-Customer} header still wins. Tags, if any are given, replace the client's own.
   */
  RingsideClient forCustomer(String customer, String... tags);

  /** A client whose calls are attributed to nobody, over the same connections. */
  RingsideClient withoutCustomer();

  /** A client whose usage is counted under these tags in place of its own; none for no tags. */
  RingsideClient withTags(String... tags);

  /** A client that sends this server key, whatever it sent before, over the same connections. */
  RingsideClient withApiKey(String key);

  /** A client that sends the tokens of this source, whatever it sent before. */
  RingsideClient withClientToken(TokenSource source);

  /** The customer each call is attributed to unless it names another. */
  Optional<String> customer();

  /** The tags each call's usage is counted under. */
  List<String> tags();

  @Override
  RingsideCustomers customers();

  @Override
  RingsideWebhooks webhooks();

  @Override
  RingsideClientAsync async();

  /**
   * A client with some options changed, over the same connections. Set {@code maxRetries} here
   * rather than on one service, else refusals of its last attempt may come as the host's classes.
   */
  @Override
  RingsideClient withOptions(Consumer<ClientOptions.Builder> modifier);

  /** Closes the connections, also those of every client derived from the same one. */
  @Override
  void close();
}
