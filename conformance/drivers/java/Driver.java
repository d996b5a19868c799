// SPDX-License-Identifier: Apache-2.0
import com.openai.core.ObjectMappers;
import com.openai.core.http.Headers;
import com.openai.models.webhooks.WebhookVerificationParams;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import pro.fightclub.ringside.MatchBuilder;
import pro.fightclub.ringside.Model;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.RingsideClientAsync;
import pro.fightclub.ringside.RingsideClientBuilder;
import pro.fightclub.ringside.core.Json;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/** Uses sdk-java as a program would, on behalf of the conformance runner (PROTOCOL.md). */
public final class Driver extends Calls {
  private static final List<String> CAPABILITIES =
      List.of("sync", "async", "gzip", "raw", "timeout_retry", "token_function", "env", "multipart", "key_order",
          "half_pairs");

  public static void main(String[] arguments) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      Map<String, Object> asked = object(Json.read(line.getBytes(StandardCharsets.UTF_8)));
      long id = ((Number) asked.get("id")).longValue();
      if (asked.get("op").equals("bye")) {
        say(id, "ok", Map.of());
        break;
      }
      if (!asked.get("op").equals("cancel")) { // the host's calls cannot be cancelled: no capability, no request
        threads.submit(() -> serve(id, asked));
      }
    }
    System.exit(0);
  }

  private static void serve(long id, Map<String, Object> asked) {
    try {
      switch ((String) asked.get("op")) {
        case "client.new" -> {
          CLIENTS.put(text(asked, "client"), client(object(asked.get("options")), Boolean.TRUE.equals(asked.get("async"))));
          say(id, "ok", Map.of());
        }
        case "client.derive" -> derive(id, asked);
        case "client.close" -> {
          ((AutoCloseable) CLIENTS.remove(text(asked, "client"))).close();
          say(id, "ok", Map.of());
        }
        case "call" -> call(id, asked);
        default -> say(id, "value", value(pure(asked)));
      }
    } catch (Unsupported reason) {
      say(id, "unsupported", Map.of("reason", reason.getMessage()));
    } catch (Throwable error) {
      fail(id, error, Map.of());
    }
  }

  // Clients.

  private static Object client(Map<String, Object> options, boolean async) {
    RingsideClientBuilder builder = RingsideClient.builder();
    if (options.containsKey("base_url")) builder.baseUrl(text(options, "base_url"));
    if (options.containsKey("api_key")) builder.apiKey(text(options, "api_key"));
    if (options.containsKey("client_token")) builder.clientToken(text(options, "client_token"));
    if (options.containsKey("customer")) builder.customer(text(options, "customer"));
    if (options.containsKey("tags")) builder.tags(list(options.get("tags")).toArray(String[]::new));
    if (options.containsKey("max_retries")) builder.maxRetries(whole(options.get("max_retries")));
    if (options.containsKey("timeout_ms")) builder.timeout(Duration.ofMillis(whole(options.get("timeout_ms"))));
    if (options.containsKey("webhook_secret")) builder.webhookSecret(text(options, "webhook_secret"));
    if (options.containsKey("client_token_sequence")) {
      List<Object> tokens = list(options.get("client_token_sequence"));
      AtomicInteger next = new AtomicInteger();
      builder.clientToken(() -> (String) tokens.get(Math.min(next.getAndIncrement(), tokens.size() - 1)));
    }
    if (options.containsKey("headers")) {
      builder.options(host -> object(options.get("headers")).forEach((name, value) -> host.putHeader(name, (String) value)));
    }
    return async ? builder.buildAsync() : builder.build();
  }

  private static void derive(long id, Map<String, Object> asked) {
    Map<String, Object> options = object(asked.get("options"));
    if (!Set.of("customer", "tags", "api_key", "client_token").containsAll(options.keySet())) {
      throw new Unsupported("other options are the host's, changed by withOptions");
    }
    Object from = CLIENTS.get(text(asked, "from"));
    CLIENTS.put(text(asked, "client"), from instanceof RingsideClient sync ? derived(sync, options) : derived((RingsideClientAsync) from, options));
    say(id, "ok", Map.of());
  }

  private static RingsideClient derived(RingsideClient client, Map<String, Object> options) {
    for (Map.Entry<String, Object> option : options.entrySet()) {
      client = switch (option.getKey()) {
        case "customer" -> option.getValue() == null ? client.withoutCustomer() : client.forCustomer((String) option.getValue());
        case "tags" -> client.withTags(list(option.getValue()).toArray(String[]::new));
        case "api_key" -> client.withApiKey((String) option.getValue());
        default -> client.withClientToken(TokenSource.of((String) option.getValue()));
      };
    }
    return client;
  }

  private static RingsideClientAsync derived(RingsideClientAsync client, Map<String, Object> options) {
    for (Map.Entry<String, Object> option : options.entrySet()) {
      client = switch (option.getKey()) {
        case "customer" -> option.getValue() == null ? client.withoutCustomer() : client.forCustomer((String) option.getValue());
        case "tags" -> client.withTags(list(option.getValue()).toArray(String[]::new));
        case "api_key" -> client.withApiKey((String) option.getValue());
        default -> client.withClientToken(TokenSource.of((String) option.getValue()));
      };
    }
    return client;
  }

  // What needs no client.

  private static Object pure(Map<String, Object> asked) {
    return switch (text(asked, "op")) {
      case "hello" -> Map.of(
          "sdk", "ringside-sdk", "language", "java", "version", version(RingsideClient.class),
          "host_version", "openai-java " + version(ObjectMappers.class),
          "runtime", "Java " + Runtime.version(), "capabilities", CAPABILITIES);
      case "webhook.verify" -> verified(asked);
      case "webhook.unwrap" -> unwrapped(asked);
      case "webhook.sign" -> Webhooks.sign(
          Base64.getDecoder().decode(text(asked, "payload")), text(asked, "secret"),
          Instant.ofEpochSecond(((Number) asked.get("time")).longValue()));
      case "model.build" -> built(asked);
      case "model.parse" -> Model.parse(text(asked, "text")).text();
      case "inspect" -> CLIENTS.get(text(asked, "client")).toString();
      case "stats" -> Stats.now();
      default -> throw new IllegalStateException("unknown op " + asked.get("op"));
    };
  }

  private static Object verified(Map<String, Object> asked) {
    var builder = WebhookVerifyParams.builder().payload(Base64.getDecoder().decode(text(asked, "payload")));
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Object pair : list(asked.get("headers"))) {
      headers.computeIfAbsent((String) list(pair).get(0), name -> new ArrayList<>()).add((String) list(pair).get(1));
    }
    builder.headers(headers);
    list(asked.get("secrets")).forEach(secret -> builder.secret((String) secret));
    if (asked.get("tolerance") == null) builder.withoutTimeCheck();
    else builder.tolerance(Duration.ofSeconds(((Number) asked.get("tolerance")).longValue()));
    builder.now(Instant.ofEpochSecond(((Number) asked.get("now")).longValue()));
    Object client = asked.get("client") == null ? null : CLIENTS.get(text(asked, "client"));
    if (client instanceof RingsideClient sync) return Map.of("id", sync.webhooks().verify(builder.build()).id());
    if (client instanceof RingsideClientAsync async) return Map.of("id", async.webhooks().verify(builder.build()).id());
    return Map.of("id", Webhooks.verify(builder.build()).id());
  }

  private static Object unwrapped(Map<String, Object> asked) {
    var headers = Headers.builder();
    list(asked.get("headers")).forEach(pair -> headers.put((String) list(pair).get(0), (String) list(pair).get(1)));
    var params = WebhookVerificationParams.builder()
        .payload(Base64.getDecoder().decode(text(asked, "payload")))
        .headers(headers.build())
        .secret(text(asked, "secret"))
        .build();
    Object client = CLIENTS.get(text(asked, "client"));
    return client instanceof RingsideClient sync
        ? sync.webhooks().unwrap(params)
        : ((RingsideClientAsync) client).webhooks().unwrap(params);
  }

  private static Object built(Map<String, Object> asked) {
    Object first = walked(Model.class, list(asked.get("steps")));
    if (asked.get("forks") == null) return shown(first);
    List<Object> texts = new ArrayList<>(List.of(shown(first)));
    list(asked.get("forks")).forEach(more -> texts.add(shown(walked(first, list(more)))));
    texts.add(shown(first));
    return texts;
  }

  private static Object walked(Object builder, List<Object> steps) {
    for (Object step : steps) {
      List<Object> parts = list(step);
      builder = Reflected.step(builder, camel((String) parts.get(0)), parts.subList(1, parts.size()));
    }
    return builder;
  }

  private static Object shown(Object builder) {
    return builder instanceof MatchBuilder match ? match.build() : builder;
  }
}
