// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.core.ClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import pro.fightclub.ringside.compat.HostOptions;
import pro.fightclub.ringside.compat.TokenKeys;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.resources.DefaultResourcesClient;
import pro.fightclub.ringside.resources.RingsideCustomers;
import pro.fightclub.ringside.resources.RingsideWebhooks;

/** The blocking client: all its state is in the host's options. */
final class DefaultRingsideClient extends DefaultResourcesClient implements RingsideClient {
  private final ClientOptions options;
  private final RingsideCustomers customers;
  private final RingsideWebhooks webhooks;

  DefaultRingsideClient(ClientOptions options) {
    super(options);
    this.options = options;
    this.customers = new RingsideCustomers(options);
    this.webhooks = new RingsideWebhooks(host.webhooks(), options);
  }

  @Override
  public RingsideClient forCustomer(String customer, String... tags) {
    return withOptions(Attribution.of(customer, List.of(tags)));
  }

  @Override
  public RingsideClient withoutCustomer() {
    return withOptions(Attribution.noCustomer());
  }

  @Override
  public RingsideClient withTags(String... tags) {
    return withOptions(Attribution.tagged(List.of(tags)));
  }

  @Override
  public RingsideClient withApiKey(String key) {
    String text = ClientConfig.keyText(key);
    return withOptions(builder -> builder.apiKey(text));
  }

  @Override
  public RingsideClient withClientToken(TokenSource source) {
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
  public RingsideCustomers customers() {
    return customers;
  }

  @Override
  public RingsideWebhooks webhooks() {
    return webhooks;
  }

  @Override
  public RingsideClientAsync async() {
    return new DefaultRingsideClientAsync(options);
  }

  @Override
  public RingsideClient withOptions(Consumer<ClientOptions.Builder> modifier) {
    return new DefaultRingsideClient(HostOptions.modified(options, modifier));
  }

  @Override
  public String toString() {
    return Attribution.shown("RingsideClient", options);
  }
}
