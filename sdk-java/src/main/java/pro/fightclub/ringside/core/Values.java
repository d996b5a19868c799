// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Readers of single JSON values. Each throws IllegalArgumentException, naming what it expected, for
 * a value of another kind.
 */
public final class Values {
  private Values() {}

  /** A text. */
  public static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw unlike("a string", value);
  }

  /** True or false. */
  public static Boolean bool(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw unlike("true or false", value);
  }

  /** A whole number of at most 64 bits, {@code 3.0} included. */
  public static Long integer(Object value) {
    try {
      return decimal(value).longValueExact();
    } catch (ArithmeticException cause) {
      throw unlike("a whole number of at most 64 bits", value);
    }
  }

  /** Any number, exactly as it was sent. */
  public static BigDecimal decimal(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof BigInteger big) {
      return new BigDecimal(big);
    }
    if (value instanceof Integer || value instanceof Long) {
      return BigDecimal.valueOf(((Number) value).longValue());
    }
    throw unlike("a number", value);
  }

  /** A moment, which travels as unix seconds. */
  public static Instant timestamp(Object value) {
    return Instant.ofEpochSecond(integer(value));
  }

  /** Whatever was sent. */
  public static Object any(Object value) {
    return value;
  }

  /** A reader of objects, given how one is made of its fields. */
  public static <T> Function<Object, T> object(Function<Map<String, @Nullable Object>, T> type) {
    return value -> type.apply(fieldsOf(value));
  }

  /** A reader of texts with a meaning, given how one is made of its text. */
  public static <T> Function<Object, T> enumeration(Function<String, T> type) {
    return value -> type.apply(string(value));
  }

  /** A reader of arrays; null elements are left out. */
  public static <T> Function<Object, List<T>> list(Function<Object, T> item) {
    return value -> {
      if (value instanceof List<?> items) {
        return items.stream().filter(found -> found != null).map(item).toList();
      }
      throw unlike("an array", value);
    };
  }

  /** A reader of objects used as maps, in the order sent; pairs without a value are left out. */
  public static <T> Function<Object, Map<String, T>> map(Function<Object, T> item) {
    return value -> {
      Map<String, T> read = new LinkedHashMap<>();
      fieldsOf(value)
          .forEach(
              (key, found) -> {
                if (found != null) {
                  read.put(key, item.apply(found));
                }
              });
      return Collections.unmodifiableMap(read);
    };
  }

  /** The value as {@link Json} writes it: our own types become their fields, texts or seconds. */
  static @Nullable Object wire(@Nullable Object value) {
    if (value instanceof ApiObject object) {
      return object.fields();
    }
    if (value instanceof OpenEnum text) {
      return text.value();
    }
    if (value instanceof Instant moment) {
      return moment.getEpochSecond();
    }
    if (value instanceof Iterable<?> items) {
      List<@Nullable Object> list = new ArrayList<>();
      items.forEach(item -> list.add(wire(item)));
      return Collections.unmodifiableList(list);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(String.valueOf(key), wire(item)));
      return Collections.unmodifiableMap(copy);
    }
    return value;
  }

  @SuppressWarnings("unchecked") // JSON objects have string keys
  private static Map<String, @Nullable Object> fieldsOf(Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw unlike("an object", value);
  }

  private static IllegalArgumentException unlike(String expected, Object value) {
    return new IllegalArgumentException(
        "expected %s, found a %s".formatted(expected, value.getClass().getSimpleName()));
  }
}
