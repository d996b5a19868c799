// SPDX-License-Identifier: Apache-2.0
import com.openai.core.ObjectMappers;
import com.openai.core.http.HttpResponse;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.core.ApiObject;
import pro.fightclub.ringside.core.Json;

/** Lines of answer, and what the SDK returns as plain maps, lists and values. */
abstract class Answers {
  private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  static synchronized void say(long id, String kind, Map<String, Object> fields) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", id);
    line.put("kind", kind);
    line.putAll(fields);
    byte[] text = Json.write(line);
    OUT.write(text, 0, text.length);
    OUT.write('\n');
    OUT.flush();
  }

  static void fail(long id, Throwable thrown, Map<String, Object> more) {
    Throwable error = thrown;
    while (error instanceof java.lang.reflect.InvocationTargetException || error instanceof java.util.concurrent.CompletionException) {
      error = error.getCause();
    }
    Map<String, Object> told = Told.of(error);
    if (told.get("kind").equals("other")) {
      error.printStackTrace();
      say(id, "harness_error", Map.of("message", error.toString()));
      return;
    }
    told.putAll(more);
    say(id, "error", Map.of("error", told));
  }

  static Map<String, Object> head(HttpResponse raw) {
    Map<String, Object> headers = new TreeMap<>();
    raw.headers().names().forEach(name -> headers.put(name.toLowerCase(), raw.headers().values(name).get(0)));
    ResponseMeta meta = ResponseMeta.of(raw);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model_resolved", meta.modelResolved().orElse(null));
    facts.put("wallet_balance", meta.walletBalance().orElse(null));
    facts.put("wallet_deducted", meta.walletDeducted().orElse(null));
    facts.put("wallet_held", meta.walletHeld().orElse(null));
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("status", raw.statusCode());
    shown.put("headers", headers);
    shown.put("meta", facts);
    shown.put("request_id", meta.requestId().orElse(null));
    return shown;
  }

  static Map<String, Object> value(Object result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("value", plain(result));
    return fields;
  }

  /** A result as plain maps, lists and values. */
  static Object plain(Object result) {
    if (result instanceof ApiObject own) return plain(own.fields());
    if (result instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, child) -> copy.put((String) name, plain(child)));
      return copy;
    }
    if (result instanceof List<?> items) return new ArrayList<>(items.stream().map(Driver::plain).toList());
    boolean simple = result == null || result instanceof String || result instanceof Number || result instanceof Boolean;
    if (simple) return result;
    try {
      return Json.read(ObjectMappers.jsonMapper().writeValueAsBytes(result));
    } catch (java.io.IOException error) {
      throw new IllegalStateException(error);
    }
  }

  static String camel(String name) {
    StringBuilder built = new StringBuilder();
    for (String part : name.split("_")) {
      built.append(built.length() == 0 ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return built.toString();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    return value == null ? List.of() : (List<Object>) value;
  }

  static String text(Map<String, Object> fields, String name) {
    return (String) fields.get(name);
  }

  static String version(Class<?> type) {
    return Optional.ofNullable(type.getPackage().getImplementationVersion()).orElse("as built here");
  }

  static int whole(Object value) {
    return ((Number) value).intValue();
  }
}
