// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.errors.OpenAIInvalidDataException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with typed accessors over it. Fields this version does not know stay in {@link
 * #fields()}. Immutable and thread-safe.
 */
public abstract class ApiObject {
  /** Shown as dots, since whoever prints an object does not mean to print a credential. */
  private static final Set<String> SECRETS = Set.of("secret", "token", "jwt");

  private final Map<String, @Nullable Object> fields;

  /** Takes the object's fields as {@link Json} reads them. */
  protected ApiObject(Map<String, ? extends @Nullable Object> fields) {
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * All fields under their wire names, unknown ones included; an explicit null is there, an absent
   * field is not.
   */
  public final Map<String, @Nullable Object> fields() {
    return fields;
  }

  /** A field that is promised; OpenAIInvalidDataException when it is absent, null or unlike. */
  protected final <T> T required(String name, Function<Object, T> reader) {
    return optional(name, reader)
        .orElseThrow(() -> new OpenAIInvalidDataException("`" + name + "` is missing or null"));
  }

  /** A field that may be absent or null; OpenAIInvalidDataException when it is unlike. */
  protected final <T> Optional<T> optional(String name, Function<Object, T> reader) {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(value));
    } catch (IllegalArgumentException cause) {
      throw new OpenAIInvalidDataException("`" + name + "`: " + cause.getMessage(), cause);
    }
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other != null
        && getClass() == other.getClass()
        && fields.equals(((ApiObject) other).fields);
  }

  @Override
  public final int hashCode() {
    return fields.hashCode();
  }

  /** The class and the fields; credentials among them are dots. */
  @Override
  public final String toString() {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>(fields);
    shown.replaceAll((name, value) -> SECRETS.contains(name) && value != null ? "…" : value);
    return getClass().getSimpleName() + shown;
  }

  /** Collects fields under their wire names. Not thread-safe. */
  public abstract static class Builder<B extends Builder<B>> {
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    /** Starts without any field. */
    protected Builder() {}

    /** Sets a field this version has no method for; null is sent as null. */
    public final B putAdditionalProperty(String name, @Nullable Object value) {
      fields.put(name, Values.wire(value));
      return self();
    }

    /** This builder. */
    protected abstract B self();

    /** Sets a field. */
    protected final B put(String name, @Nullable Object value) {
      return putAdditionalProperty(name, value);
    }

    /** What was set; IllegalStateException names a field that is needed and was not. */
    protected final Map<String, @Nullable Object> checked(String... needed) {
      for (String name : needed) {
        if (fields.get(name) == null) {
          throw new IllegalStateException("`" + name + "` is required, but was not set");
        }
      }
      return fields;
    }
  }
}
