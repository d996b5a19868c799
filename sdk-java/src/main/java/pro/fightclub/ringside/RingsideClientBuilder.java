// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.ClientOptions;
import com.openai.core.Timeout;
import com.openai.core.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.compat.GatewayTransport;
import pro.fightclub.ringside.compat.HostOptions;
import pro.fightclub.ringside.compat.TokenKeys;
import pro.fightclub.ringside.core.TokenSource;

/**
 * Options of a Ringside client. What is not set comes from {@code FC_*} variables. Not thread-safe.
 */
public final class RingsideClientBuilder {
  private @Nullable String apiKey;
  private @Nullable TokenSource tokens;
  private @Nullable String baseUrl;
  private @Nullable String customer;
  private final List<String> tags = new ArrayList<>();
  private @Nullable String webhookSecret;
  private @Nullable HttpClient httpClient;
  private Map<String, String> environment = System.getenv();
  private Consumer<ClientOptions.Builder> hostOptions = builder -> {};

  RingsideClientBuilder() {}

  /** A server key; default {@code FC_API_KEY}. Not together with a client token. */
  public RingsideClientBuilder apiKey(@Nullable String key) {
    apiKey = key;
    return this;
  }

  /** A client token that stays. Not together with a key. */
  public RingsideClientBuilder clientToken(String token) {
    return clientToken(TokenSource.of(token));
  }

  /** A client token from a source that renews it. Not together with a key. */
  public RingsideClientBuilder clientToken(@Nullable TokenSource source) {
    tokens = source;
    return this;
  }

  /** A client token from a provider, which is asked again when one expires. */
  public RingsideClientBuilder clientToken(Supplier<String> provider) {
    return clientToken(TokenSource.renewing(provider));
  }

  /** The address with {@code /v1}; default {@code FC_BASE_URL}, then the hosted product. */
  public RingsideClientBuilder baseUrl(@Nullable String url) {
    baseUrl = url;
    return this;
  }

  /** The customer each call is made for: a {@code cus_} id or your own id. */
  public RingsideClientBuilder customer(@Nullable String id) {
    customer = id;
    return this;
  }

  /** Adds tags each call's usage is counted under. */
  public RingsideClientBuilder tags(String... names) {
    tags.addAll(List.of(names));
    return this;
  }

  /** What {@code webhooks().verify} checks with; default {@code FC_WEBHOOK_SECRET}. */
  public RingsideClientBuilder webhookSecret(@Nullable String secret) {
    webhookSecret = secret;
    return this;
  }

  /** How long one attempt may take; 10 minutes unless set. */
  public RingsideClientBuilder timeout(Duration longest) {
    return options(host -> host.timeout(longest));
  }

  /** Time limits of the phases of an attempt. */
  public RingsideClientBuilder timeout(Timeout limits) {
    return options(host -> host.timeout(limits));
  }

  /** How often to try again; 2 unless set. */
  public RingsideClientBuilder maxRetries(int most) {
    return options(host -> host.maxRetries(most));
  }

  /** Another transport, such as the host's with a proxy; it is closed with the client. */
  public RingsideClientBuilder httpClient(HttpClient transport) {
    httpClient = transport;
    return this;
  }

  /** Any other option of the host's client: headers, query, log level, clock … */
  public RingsideClientBuilder options(Consumer<ClientOptions.Builder> modifier) {
    hostOptions = hostOptions.andThen(modifier);
    return this;
  }

  RingsideClientBuilder environment(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  /** A blocking client; RingsideConfigException for a wrong mixture of options. */
  public RingsideClient build() {
    return new DefaultRingsideClient(clientOptions());
  }

  /** A client that does not block; RingsideConfigException for a wrong mixture of options. */
  public RingsideClientAsync buildAsync() {
    return new DefaultRingsideClientAsync(clientOptions());
  }

  private ClientOptions clientOptions() {
    ClientConfig config = ClientConfig.resolve(apiKey, tokens, baseUrl, webhookSecret, environment);
    Consumer<ClientOptions.Builder> attribution = Attribution.of(customer, tags);
    HttpClient inner = httpClient != null ? httpClient : OkHttpClient.builder().build();
    ClientOptions base =
        ClientOptions.builder()
            .httpClient(new GatewayTransport(inner))
            .apiKey(config.tokens() == null ? config.apiKey() : TokenKeys.keyFor(config.tokens()))
            .baseUrl(config.baseUrl())
            .queryParams(config.query())
            .webhookSecret(config.webhookSecret())
            .putHeader("User-Agent", SdkVersion.userAgent())
            .build();
    return HostOptions.modified(base, attribution.andThen(hostOptions));
  }
}
