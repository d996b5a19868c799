// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.resources;

import com.openai.core.ClientOptions;
import java.util.function.Consumer;
import pro.fightclub.ringside.compat.HostOptions;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.errors.RingsideErrors;
import pro.fightclub.ringside.errors.RingsideServiceException;
import pro.fightclub.ringside.types.Customer;
import pro.fightclub.ringside.types.CustomerCreateParams;

/** {@code client.customers()}, with what takes more than one call. Thread-safe. */
public final class RingsideCustomers extends CustomersResource {
  private final ClientOptions options;

  /** Calls with these options. */
  public RingsideCustomers(ClientOptions options) {
    super(options);
    this.options = options;
  }

  @Override
  public RingsideCustomers withOptions(Consumer<ClientOptions.Builder> modifier) {
    return new RingsideCustomers(HostOptions.modified(options, modifier));
  }

  /** As {@link #getOrCreate(CustomerCreateParams, CallOptions)}. */
  public Customer getOrCreate(CustomerCreateParams params) {
    return getOrCreate(params, CallOptions.none());
  }

  /**
   * The customer with this external id, created first if there is none. Two callers at once get the
   * same customer; one that exists is returned as it is, the other fields unused. Blocks.
   *
   * @since 0.1.0
   */
  public Customer getOrCreate(CustomerCreateParams params, CallOptions callOptions) {
    String id = "ext:" + params.fields().get("external_id");
    try {
      return retrieve(id, callOptions);
    } catch (RingsideServiceException error) {
      if (!RingsideErrors.hasCode(error, "not_found")) {
        throw error;
      }
    }
    try {
      return create(params, callOptions);
    } catch (RingsideServiceException error) {
      // Somebody else was faster.
      if (!RingsideErrors.hasCode(error, "external_id_taken")) {
        throw error;
      }
      return retrieve(id, callOptions);
    }
  }
}
