// SPDX-License-Identifier: Apache-2.0
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.core.OpenEnum;

/** Finds the SDK's methods by the names of the spec; a method or a builder that is missing is an error. */
final class Reflected {
  private Reflected() {}

  /** Calls a resource's method with path parameters, its parameters' builder filled from {@code args}, and options. */
  static Object call(Object owner, String name, List<Object> path, Map<String, Object> args, CallOptions options) throws Throwable {
    Method method = Arrays.stream(owner.getClass().getMethods())
        .filter(found -> found.getName().equals(name) && found.getParameterCount() > 0)
        .filter(found -> found.getParameterTypes()[found.getParameterCount() - 1] == CallOptions.class)
        .max(Comparator.comparingInt(Method::getParameterCount))
        .orElseThrow(() -> new NoSuchMethodException(owner.getClass() + "." + name));
    List<Object> given = new ArrayList<>(path);
    if (method.getParameterCount() == path.size() + 2) {
      given.add(built(method.getParameterTypes()[path.size()], args));
    }
    given.add(options);
    return invoke(method, owner, given.toArray());
  }

  /** A parameter object whose builder is filled under the wire names. */
  static Object built(Class<?> type, Map<String, Object> args) throws Throwable {
    Object builder = type.getMethod("builder").invoke(null);
    for (Map.Entry<String, Object> arg : args.entrySet()) {
      set(builder, Driver.camel(arg.getKey()), arg.getValue());
    }
    return invoke(builder.getClass().getMethod("build"), builder);
  }

  private static void set(Object builder, String name, Object value) throws Throwable {
    for (Method method : builder.getClass().getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == 1 && fits(method.getParameterTypes()[0], value)) {
        invoke(method, builder, converted(method.getGenericParameterTypes()[0], value));
        return;
      }
    }
    throw new NoSuchMethodException(builder.getClass() + "." + name + "(" + value + ")");
  }

  /** One step of the model builder: the overload that takes these values. */
  static Object step(Object owner, String name, List<Object> values) {
    Class<?> type = owner instanceof Class<?> of ? of : owner.getClass();
    for (Method method : type.getMethods()) {
      if (!method.getName().equals(name)) continue;
      Object[] arguments = method.isVarArgs() && method.getParameterTypes()[0] == String[].class && allText(values)
          ? new Object[] {values.toArray(String[]::new)}
          : method.getParameterCount() == values.size() && fit(method, values) ? narrowed(method, values) : null;
      if (arguments == null) continue;
      try {
        return invoke(method, owner instanceof Class<?> ? null : owner, arguments);
      } catch (RuntimeException error) {
        throw error;
      } catch (Throwable error) {
        throw new IllegalStateException(error);
      }
    }
    // No overload takes such a value: the compiler refuses it, which is the same answer earlier.
    throw new IllegalArgumentException(name + " takes no " + values);
  }

  private static boolean allText(List<Object> values) {
    return values.stream().allMatch(String.class::isInstance);
  }

  private static boolean fit(Method method, List<Object> values) {
    for (int i = 0; i < values.size(); i++) {
      if (!fits(method.getParameterTypes()[i], values.get(i))) return false;
    }
    return true;
  }

  private static Object[] narrowed(Method method, List<Object> values) {
    Object[] arguments = new Object[values.size()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> type = method.getParameterTypes()[i];
      Object value = values.get(i);
      arguments[i] = type == int.class ? ((Number) value).intValue() : type == long.class ? ((Number) value).longValue() : value;
      if (type == BigDecimal.class) arguments[i] = new BigDecimal(value.toString());
    }
    return arguments;
  }

  private static boolean fits(Class<?> type, Object value) {
    boolean fraction = value instanceof BigDecimal number && number.stripTrailingZeros().scale() > 0;
    if (value == null) return !type.isPrimitive();
    if (type == int.class || type == long.class || type == Long.class) return value instanceof Number && !fraction;
    if (type == BigDecimal.class) return value instanceof Number;
    if (type == boolean.class || type == Boolean.class) return value instanceof Boolean;
    if (type == String.class) return value instanceof String;
    if (List.class.isAssignableFrom(type)) return value instanceof List;
    if (Map.class.isAssignableFrom(type)) return value instanceof Map;
    if (type == java.time.Instant.class) return value instanceof Number;
    return OpenEnum.class.isAssignableFrom(type) && value instanceof String;
  }

  private static Object converted(Type type, Object value) throws Throwable {
    if (value == null) return null;
    Class<?> raw = type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : type instanceof Class<?> plain ? plain : Object.class;
    if (raw == int.class) return ((Number) value).intValue();
    if (raw == long.class || raw == Long.class) return ((Number) value).longValue();
    if (raw == BigDecimal.class) return new BigDecimal(value.toString());
    if (raw == java.time.Instant.class) return java.time.Instant.ofEpochSecond(((Number) value).longValue());
    if (OpenEnum.class.isAssignableFrom(raw)) return invoke(raw.getMethod("of", String.class), null, value);
    if (value instanceof List<?> items && type instanceof ParameterizedType generic) {
      Type inner = generic.getActualTypeArguments()[0];
      if (inner instanceof java.lang.reflect.WildcardType wild) inner = wild.getUpperBounds()[0];
      List<Object> converted = new ArrayList<>();
      for (Object item : items) converted.add(converted(inner, item));
      return converted;
    }
    if (value instanceof Map<?, ?> fields && !Map.class.isAssignableFrom(raw) && raw != Object.class) {
      Map<String, Object> named = new LinkedHashMap<>();
      fields.forEach((name, child) -> named.put((String) name, child));
      return built(raw, named);
    }
    return value;
  }

  static Object invoke(Method method, Object owner, Object... arguments) throws Throwable {
    method.setAccessible(true);
    try {
      return method.invoke(owner, arguments);
    } catch (InvocationTargetException error) {
      throw error.getCause();
    }
  }
}
