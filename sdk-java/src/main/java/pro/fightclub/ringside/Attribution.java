// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.core.ClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The customer and tags of a client, kept in its default headers. */
final class Attribution {
  private static final String CUSTOMER = "FC-Customer";
  private static final String TAG = "FC-Tag";

  private Attribution() {}

  /**
   * Sets those given and leaves the others; RingsideConfigException when a header cannot carry one.
   */
  static Consumer<ClientOptions.Builder> of(@Nullable String customer, List<String> tags) {
    String name = customer == null ? null : ClientConfig.headerText("customer", customer);
    List<String> checked = tags.stream().map(ClientConfig::tagText).toList();
    return builder -> {
      if (name != null) {
        builder.replaceHeaders(CUSTOMER, name);
      }
      if (!checked.isEmpty()) {
        builder.replaceHeaders(TAG, checked);
      }
    };
  }

  static Consumer<ClientOptions.Builder> noCustomer() {
    return builder -> builder.removeHeaders(CUSTOMER);
  }

  /** Replaces the tags there were; RingsideConfigException when a header cannot carry one. */
  static Consumer<ClientOptions.Builder> tagged(List<String> tags) {
    List<String> checked = tags.stream().map(ClientConfig::tagText).toList();
    return builder -> builder.replaceHeaders(TAG, checked);
  }

  static Optional<String> customer(ClientOptions options) {
    return options.headers().values(CUSTOMER).stream().findFirst();
  }

  static List<String> tags(ClientOptions options) {
    return options.headers().values(TAG);
  }

  /** What a client shows of itself: never a credential. */
  static String shown(String type, ClientOptions options) {
    return "%s{baseUrl=%s, customer=%s, tags=%s}"
        .formatted(type, options.baseUrl(), customer(options).orElse(null), tags(options));
  }
}
