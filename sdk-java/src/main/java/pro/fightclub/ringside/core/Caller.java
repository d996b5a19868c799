// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.core.ClientOptions;
import com.openai.core.RequestOptions;
import com.openai.core.Timeout;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.HttpResponseFor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import pro.fightclub.ringside.compat.HostOptions;
import pro.fightclub.ringside.errors.ErrorAnswer;
import pro.fightclub.ringside.errors.RingsideErrors;

/**
 * Sends calls of Ringside's own resources the way the host sends its own: same address, headers,
 * retries, time limits and log. Thread-safe.
 */
public final class Caller {
  private final ClientOptions client;

  /** Sends with these options. */
  public Caller(ClientOptions client) {
    this.client = client;
  }

  /** Sends with some options changed, over the same connections. */
  public Caller withOptions(Consumer<ClientOptions.Builder> modifier) {
    return new Caller(HostOptions.modified(client, modifier));
  }

  /** The answer; RingsideServiceException when the gateway refuses. Blocks. */
  public <T> T send(Call<T> call, CallOptions options) {
    try (HttpResponseFor<T> response = raw(call, options)) {
      return response.parse();
    }
  }

  /** The answer with its status and headers, to be closed. Blocks until the headers are there. */
  public <T> HttpResponseFor<T> raw(Call<T> call, CallOptions options) {
    return decoded(call, options);
  }

  private <T> Decoded<T> decoded(Call<T> call, CallOptions options) {
    ClientOptions effective = effective(options);
    HttpRequest request = requestOf(effective, call, options);
    return accepted(call, effective.httpClient().execute(request, limitsOf(effective, options)));
  }

  /** As {@link #send}, without blocking. */
  public <T> CompletableFuture<T> sendAsync(Call<T> call, CallOptions options) {
    return rawAsync(call, options)
        .thenApply(
            response -> {
              try (response) {
                return response.parse();
              }
            });
  }

  /** As {@link #raw}, without blocking. */
  public <T> CompletableFuture<HttpResponseFor<T>> rawAsync(Call<T> call, CallOptions options) {
    return decodedAsync(call, options).thenApply(response -> response);
  }

  private <T> CompletableFuture<Decoded<T>> decodedAsync(Call<T> call, CallOptions options) {
    ClientOptions effective = effective(options);
    HttpRequest request = requestOf(effective, call, options);
    return effective
        .httpClient()
        .executeAsync(request, limitsOf(effective, options))
        .thenApply(response -> accepted(call, response));
  }

  /** The first page of a list. Blocks. */
  public <T> CursorPage<T> page(Call<PageData<T>> call, CallOptions options) {
    return new CursorPage<>(this, new PageCall<>(call, options), send(call, options));
  }

  /** The first page of a list with its status and headers, to be closed. */
  public <T> HttpResponseFor<CursorPage<T>> rawPage(Call<PageData<T>> call, CallOptions options) {
    return decoded(call, options)
        .map(data -> new CursorPage<>(this, new PageCall<>(call, options), data));
  }

  /** The first page of a list, without blocking. */
  public <T> CompletableFuture<CursorPageAsync<T>> pageAsync(
      Call<PageData<T>> call, CallOptions options) {
    PageCall<T> page = new PageCall<>(call, options);
    return sendAsync(call, options).thenApply(data -> new CursorPageAsync<>(this, page, data));
  }

  /** The first page of a list with its status and headers, without blocking. */
  public <T> CompletableFuture<HttpResponseFor<CursorPageAsync<T>>> rawPageAsync(
      Call<PageData<T>> call, CallOptions options) {
    PageCall<T> page = new PageCall<>(call, options);
    return decodedAsync(call, options)
        .thenApply(response -> response.map(data -> new CursorPageAsync<>(this, page, data)));
  }

  /** Where subscribers of lists are called. */
  Executor streamExecutor() {
    return client.streamHandlerExecutor();
  }

  private ClientOptions effective(CallOptions options) {
    return options
        .maxRetries()
        .map(most -> HostOptions.modified(client, builder -> builder.maxRetries(most)))
        .orElse(client);
  }

  /** The call's own headers and query parameters win over the client's. */
  private static HttpRequest requestOf(ClientOptions client, Call<?> call, CallOptions options) {
    HttpRequest.Builder request =
        HttpRequest.builder()
            .method(call.method())
            .baseUrl(client.baseUrl())
            .pathSegments(call.path())
            .putAllQueryParams(client.queryParams());
    HostOptions.authorization(client)
        .ifPresent(value -> request.replaceHeaders("Authorization", value));
    request.replaceAllHeaders(client.headers());
    if (call.idempotent()) {
      request.replaceHeaders(Idempotency.HEADER, Idempotency.newKey());
    }
    options.headers().forEach((name, values) -> replaceHeader(request, name, values));
    call.query()
        .forEach(
            (name, value) ->
                request.replaceQueryParams(name, value == null ? List.of() : texts(value)));
    options.query().forEach(request::replaceQueryParams);
    if (call.body() != null) {
      request.body(new JsonBody(call.body()));
    }
    return request.build();
  }

  private static void replaceHeader(HttpRequest.Builder request, String name, List<String> values) {
    request.removeHeaders(name);
    if (!values.isEmpty()) {
      request.putHeaders(name, values);
    }
  }

  private static List<String> texts(Object value) {
    return value instanceof Iterable<?> items
        ? StreamSupport.stream(items.spliterator(), false).map(Call::text).toList()
        : List.of(Call.text(value));
  }

  private static RequestOptions limitsOf(ClientOptions client, CallOptions options) {
    Timeout limits =
        options
            .timeout()
            .map(longest -> Timeout.builder().request(longest).build())
            .orElse(client.timeout());
    return RequestOptions.builder().timeout(limits).build();
  }

  private static <T> Decoded<T> accepted(Call<T> call, HttpResponse response) {
    if (response.statusCode() >= 200 && response.statusCode() < 300) {
      return new Decoded<>(response, call.result());
    }
    throw RingsideErrors.of(ErrorAnswer.read(response));
  }
}
