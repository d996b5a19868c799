// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.core.ClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import pro.fightclub.ringside.compat.HostOptions;
import pro.fightclub.ringside.compat.TokenKeys;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.resources.DefaultResourcesClientAsync;
import pro.fightclub.ringside.resources.RingsideCustomersAsync;
import pro.fightclub.ringside.resources.RingsideWebhooksAsync;

/** The client that does not block: all its state is in the host's options. */
final class DefaultRingsideClientAsync extends DefaultResourcesClientAsync
    implements RingsideClientAsync {
  private final ClientOptions options;
  private final RingsideCustomersAsync customers;
  private final RingsideWebhooksAsync webhooks;

  DefaultRingsideClientAsync(ClientOptions options) {
    super(options);
    this.options = options;
    this.customers = new RingsideCustomersAsync(options);
    this.webhooks = new RingsideWebhooksAsync(host.webhooks(), options);
  }

  @Override
  public RingsideClientAsync forCustomer(String customer, String... tags) {
    return withOptions(Attribution.of(customer, List.of(tags)));
  }

  @Override
  public RingsideClientAsync withoutCustomer() {
    return withOptions(Attribution.noCustomer());
  }

  @Override
  public RingsideClientAsync withTags(String... tags) {
    return withOptions(Attribution.tagged(List.of(tags)));
  }

  @Override
  public RingsideClientAsync withApiKey(String key) {
    String text = ClientConfig.keyText(key);
    return withOptions(builder -> builder.apiKey(text));
  }

  @Override
  public RingsideClientAsync withClientToken(TokenSource source) {
    return withOptions(builder -> builder.apiKey(TokenKeys.keyFor(source)));
  }

  @Override
  public Optional<String> customer() {
    return Attribution.customer(options);
  }

  @Override
  public List<String> tags() {
    return Attribution.tags(options);
  }

  @Override
  public RingsideCustomersAsync customers() {
    return customers;
  }

  @Override
  public RingsideWebhooksAsync webhooks() {
    return webhooks;
  }

  @Override
  public RingsideClient sync() {
    return new DefaultRingsideClient(options);
  }

  @Override
  public RingsideClientAsync withOptions(Consumer<ClientOptions.Builder> modifier) {
    return new DefaultRingsideClientAsync(HostOptions.modified(options, modifier));
  }

  @Override
  public String toString() {
    return Attribution.shown("RingsideClientAsync", options);
  }
}
