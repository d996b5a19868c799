// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.events;

import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.core.ApiObject;
import pro.fightclub.ringside.core.Values;

/**
 * An event of any type; of one this version knows it is an instance of that type's class. A newer
 * gateway may send others. Immutable and thread-safe.
 */
public class WebhookEvent extends ApiObject {
  /** Takes the event's fields. */
  public WebhookEvent(Map<String, ? extends @Nullable Object> fields) {
    super(fields);
  }

  /** The same on every delivery of this event: drop what you have seen. */
  public final String id() {
    return required("id", Values::string);
  }

  /** What happened, such as {@code wallet.low}. */
  public final String type() {
    return required("type", Values::string);
  }

  /** When it happened. */
  public final Instant createdAt() {
    return required("created_at", Values::timestamp);
  }

  /** False for events of a test key. */
  public final boolean livemode() {
    return required("livemode", Values::bool);
  }

  /** True in an event made up by {@code webhookEndpoints().test}: do not act on it. */
  public final boolean test() {
    return optional("test", Values::bool).orElse(false);
  }

  /** What it happened to, under the field names of the wire. */
  public final Map<String, @Nullable Object> data() {
    return subject(Function.identity());
  }

  /** What it happened to, made into an object. */
  protected final <T> T subject(Function<Map<String, @Nullable Object>, T> type) {
    return new Data(required("data", Values.object(Function.identity()))).object(type);
  }

  private static final class Data extends ApiObject {
    Data(Map<String, @Nullable Object> fields) {
      super(fields);
    }

    <T> T object(Function<Map<String, @Nullable Object>, T> type) {
      return required("object", Values.object(type));
    }
  }
}
