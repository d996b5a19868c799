// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one call of a Ringside resource does differently. Immutable and thread-safe. */
public final class CallOptions {
  private static final CallOptions NONE = builder().build();

  private final Map<String, List<String>> headers;
  private final Map<String, List<String>> query;
  private final @Nullable Duration timeout;
  private final @Nullable Integer maxRetries;

  private CallOptions(Builder builder) {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
    query = Collections.unmodifiableMap(new LinkedHashMap<>(builder.query));
    timeout = builder.timeout;
    maxRetries = builder.maxRetries;
  }

  /** Nothing different. */
  public static CallOptions none() {
    return NONE;
  }

  /** Starts with nothing different. */
  public static Builder builder() {
    return new Builder();
  }

  /** Headers in place of the client's own of that name; without values, the header is left out. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** Query parameters in place of the call's own of that name. */
  public Map<String, List<String>> query() {
    return query;
  }

  /** How long one attempt may take, the reading of its answer included. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** How often to try again. */
  public Optional<Integer> maxRetries() {
    return Optional.ofNullable(maxRetries);
  }

  /** Names the headers but not their values, which may be credentials. */
  @Override
  public String toString() {
    return "CallOptions{headers=%s, query=%s, timeout=%s, maxRetries=%s}"
        .formatted(headers.keySet(), query, timeout, maxRetries);
  }

  /** Collects what is different. Not thread-safe. */
  public static final class Builder {
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final Map<String, List<String>> query = new LinkedHashMap<>();
    private @Nullable Duration timeout;
    private @Nullable Integer maxRetries;

    private Builder() {}

    /** Sends this header, in place of the client's own of that name. */
    public Builder header(String name, String... values) {
      headers.put(name, List.of(values));
      return this;
    }

    /** Leaves a header of the client's out. */
    public Builder withoutHeader(String name) {
      return header(name);
    }

    /** Adds a value to a query parameter. */
    public Builder queryParam(String name, String value) {
      query.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
      return this;
    }

    /**
     * Sends this key in place of one made for the call: the same key again has one effect.
     * IllegalArgumentException when a header cannot carry it.
     */
    public Builder idempotencyKey(String key) {
      return header(Idempotency.HEADER, Idempotency.checked(key));
    }

    /** How long one attempt may take; longer calls end in OpenAIIoException and are retried. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** How often to try again; 0 for a single attempt. */
    public Builder maxRetries(int value) {
      if (value < 0) {
        throw new IllegalArgumentException("`maxRetries` must be 0 or more, not " + value);
      }
      maxRetries = value;
      return this;
    }

    /** The options as they are now. */
    public CallOptions build() {
      return new CallOptions(this);
    }
  }
}
