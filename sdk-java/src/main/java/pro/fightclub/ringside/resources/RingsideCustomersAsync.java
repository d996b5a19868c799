// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.resources;

import com.openai.core.ClientOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import pro.fightclub.ringside.compat.HostOptions;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.errors.RingsideErrors;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerCreateParams;

/** {@code client.customers()}, with what takes more than one call. Thread-safe. */
public final class RingsideCustomersAsync extends CustomersResourceAsync {
  private final ClientOptions options;

  /** Calls with these options. */
  public RingsideCustomersAsync(ClientOptions options) {
    super(options);
    this.options = options;
  }

  @Override
  public RingsideCustomersAsync withOptions(Consumer<ClientOptions.Builder> modifier) {
    return new RingsideCustomersAsync(HostOptions.modified(options, modifier));
  }

  /** As {@link #getOrCreate(CustomerCreateParams, CallOptions)}. */
  public CompletableFuture<Customer> getOrCreate(CustomerCreateParams params) {
    return getOrCreate(params, CallOptions.none());
  }

  /**
   * The customer with this external id, created first if there is none. Two callers at once get the
   * same customer; one that exists is returned as it is, the other fields unused.
   *
   * @since 0.1.0
   */
  public CompletableFuture<Customer> getOrCreate(
      CustomerCreateParams params, CallOptions callOptions) {
    String id = "ext:" + params.fields().get("external_id");
    CompletableFuture<Customer> created =
        unless("not_found", retrieve(id, callOptions), () -> create(params, callOptions));
    // Somebody else may be faster.
    return unless("external_id_taken", created, () -> retrieve(id, callOptions));
  }

  /** The first future's customer; the second's where the first was refused with this code. */
  private static CompletableFuture<Customer> unless(
      String code,
      CompletableFuture<Customer> first,
      Supplier<CompletableFuture<Customer>> second) {
    return first.exceptionallyCompose(
        error -> {
          Throwable cause =
              error instanceof CompletionException wrapped ? wrapped.getCause() : error;
          return cause != null && RingsideErrors.hasCode(cause, code) ? second.get() : first;
        });
  }
}
