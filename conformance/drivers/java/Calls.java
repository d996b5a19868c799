// SPDX-License-Identifier: Apache-2.0
import com.openai.core.ObjectMappers;
import com.openai.core.MultipartField;
import com.openai.core.RequestOptions;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.RingsideClientAsync;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.core.CursorPage;
import pro.fightclub.ringside.core.CursorPageAsync;
import pro.fightclub.ringside.core.Json;

/** One call in one of the protocol's modes. */
abstract class Calls extends Answers {
  static final Map<String, Object> CLIENTS = new ConcurrentHashMap<>();

  static final class Unsupported extends RuntimeException {
    Unsupported(String reason) {
      super(reason);
    }
  }

  static void call(long id, Map<String, Object> asked) throws Throwable {
    Map<String, Object> request = asked.get("request") == null ? Map.of() : object(asked.get("request"));
    Object client = CLIENTS.get(text(asked, "client"));
    switch (text(asked, "operation")) {
      case "chat.completions.create" -> chat(id, client, asked, request);
      case "files.create" -> file(id, client, asked);
      case "models.list", "models.retrieve" -> models(id, client, asked);
      case "post" -> throw new Unsupported("the host has no method for paths of its own");
      default -> own(id, client, asked, request);
    }
  }

  static void own(long id, Object client, Map<String, Object> asked, Map<String, Object> request) throws Throwable {
    String mode = asked.get("mode") == null ? "value" : text(asked, "mode");
    String[] names = text(asked, "operation").split("\\.");
    Object owner = client;
    for (int i = 0; i < names.length - 1; i++) {
      owner = Reflected.invoke(owner.getClass().getMethod(camel(names[i])), owner);
    }
    if (mode.equals("raw")) {
      owner = Reflected.invoke(owner.getClass().getMethod("withRawResponse"), owner);
    }
    List<Object> given = new ArrayList<>(list(asked.get("path")));
    Object result = Reflected.call(owner, camel(names[names.length - 1]), given, object(asked.get("args")), options(request));
    if (result instanceof CompletableFuture<?> future) {
      result = joined(future);
    }
    switch (mode) {
      case "all" -> all(id, result, asked.get("take") == null ? Integer.MAX_VALUE : whole(asked.get("take")));
      case "page" -> {
        List<?> items = result instanceof CursorPage<?> page ? page.items() : ((CursorPageAsync<?>) result).items();
        say(id, "value", Map.of("value", Map.of("data", value(items).get("value"))));
      }
      case "raw" -> {
        HttpResponseFor<?> raw = (HttpResponseFor<?>) result;
        Map<String, Object> head = head(raw);
        Object parsed = raw.parse();
        if (parsed instanceof CursorPage<?> page) parsed = Map.of("data", page.items());
        if (parsed instanceof CursorPageAsync<?> page) parsed = Map.of("data", page.items());
        head.put("value", plain(parsed));
        say(id, "value", Map.of("value", head));
      }
      default -> say(id, "value", value(result));
    }
  }

  static void all(long id, Object first, int take) throws Throwable {
    List<Object> items = new ArrayList<>();
    try {
      if (first instanceof CursorPage<?> page) {
        for (Object item : page.autoPager()) {
          items.add(plain(item));
          if (items.size() == take) break;
        }
      } else {
        if (take != Integer.MAX_VALUE) {
          throw new Unsupported("the host's async pager asks for the next page before it hears of close()");
        }
        var page = (CursorPageAsync<?>) first;
        var pager = page.autoPager();
        pager.subscribe(item -> items.add(plain(item)));
        joined(pager.onCompleteFuture());
      }
      say(id, "value", Map.of("value", items));
    } catch (Unsupported reason) {
      throw reason;
    } catch (Throwable error) {
      fail(id, error, Map.of("items", items.size()));
    }
  }

  static void chat(long id, Object client, Map<String, Object> asked, Map<String, Object> request) throws Throwable {
    var body = ObjectMappers.jsonMapper().readValue(Json.write(asked.get("args")), ChatCompletionCreateParams.Body.class);
    var builder = ChatCompletionCreateParams.builder().body(body);
    if (request.containsKey("headers")) {
      object(request.get("headers")).forEach((name, value) -> builder.putAdditionalHeader(name, (String) value));
    }
    ChatCompletionCreateParams params = builder.build();
    RequestOptions options = request.containsKey("timeout_ms")
        ? RequestOptions.builder().timeout(Duration.ofMillis(whole(request.get("timeout_ms")))).build()
        : RequestOptions.none();
    boolean counts = Boolean.TRUE.equals(asked.get("count"));
    boolean head = Boolean.TRUE.equals(asked.get("head"));
    int take = asked.get("take") == null ? Integer.MAX_VALUE : whole(asked.get("take"));
    if (client instanceof RingsideClient sync) {
      var completions = sync.chat().completions();
      if ("stream".equals(asked.get("mode"))) {
        HttpResponseFor<StreamResponse<ChatCompletionChunk>> raw = completions.withRawResponse().createStreaming(params, options);
        if (head) say(id, "event", Map.of("value", head(raw)));
        int count = 0;
        try (StreamResponse<ChatCompletionChunk> stream = raw.parse()) {
          var chunks = stream.stream().iterator();
          while (count < take && chunks.hasNext()) {
            ChatCompletionChunk chunk = chunks.next();
            if (!counts) say(id, "event", value(chunk));
            count++;
          }
        }
        say(id, "done", Map.of("events", count));
      } else if ("raw".equals(asked.get("mode"))) {
        try (var raw = completions.withRawResponse().create(params, options)) {
          Map<String, Object> shown = head(raw);
          shown.put("value", plain(raw.parse()));
          say(id, "value", Map.of("value", shown));
        }
      } else {
        say(id, "value", value(completions.create(params, options)));
      }
      return;
    }
    var completions = ((RingsideClientAsync) client).chat().completions();
    if ("stream".equals(asked.get("mode"))) {
      AsyncStreamResponse<ChatCompletionChunk> stream;
      if (head) {
        var raw = joined(completions.withRawResponse().createStreaming(params, options));
        say(id, "event", Map.of("value", head(raw)));
        StreamResponse<ChatCompletionChunk> chunks = raw.parse();
        chunks.stream().limit(take).forEach(chunk -> say(id, "event", value(chunk)));
        chunks.close();
        say(id, "done", Map.of());
        return;
      }
      stream = completions.createStreaming(params, options);
      AtomicInteger count = new AtomicInteger();
      stream.subscribe(chunk -> {
        if (!counts) say(id, "event", value(chunk));
        if (count.incrementAndGet() == take) stream.close();
      });
      try {
        joined(stream.onCompleteFuture());
      } catch (Throwable error) {
        if (count.get() < take) throw error;
      }
      say(id, "done", Map.of("events", count.get()));
    } else if ("raw".equals(asked.get("mode"))) {
      var raw = joined(completions.withRawResponse().create(params, options));
      Map<String, Object> shown = head(raw);
      shown.put("value", plain(raw.parse()));
      say(id, "value", Map.of("value", shown));
    } else {
      say(id, "value", value(joined(completions.create(params, options))));
    }
  }

  static void models(long id, Object client, Map<String, Object> asked) throws Throwable {
    String model = text(object(asked.get("args")), "model");
    if (client instanceof RingsideClient sync) {
      if (model != null) say(id, "value", value(sync.models().retrieve(model)));
      else say(id, "value", Map.of("value", Map.of("data", value(sync.models().list().items()).get("value"))));
      return;
    }
    var models = ((RingsideClientAsync) client).models();
    if (model != null) say(id, "value", value(joined(models.retrieve(model))));
    else say(id, "value", Map.of("value", Map.of("data", value(joined(models.list()).items()).get("value"))));
  }

  static void file(long id, Object client, Map<String, Object> asked) throws Throwable {
    Map<String, Object> args = object(asked.get("args"));
    InputStream content = new ByteArrayInputStream(Base64.getDecoder().decode(text(args, "content")));
    var params = FileCreateParams.builder()
        .file(MultipartField.<InputStream>builder().value(content).filename(text(args, "filename")).build())
        .purpose(FilePurpose.of(text(args, "purpose")))
        .build();
    Object made = client instanceof RingsideClient sync
        ? sync.files().create(params)
        : joined(((RingsideClientAsync) client).files().create(params));
    say(id, "value", value(made));
  }

  static CallOptions options(Map<String, Object> request) {
    CallOptions.Builder builder = CallOptions.builder();
    if (request.containsKey("headers")) {
      object(request.get("headers")).forEach((name, value) -> {
        if (value == null) builder.withoutHeader(name);
        else builder.header(name, (String) value);
      });
    }
    if (request.containsKey("timeout_ms")) builder.timeout(Duration.ofMillis(whole(request.get("timeout_ms"))));
    if (request.containsKey("max_retries")) builder.maxRetries(whole(request.get("max_retries")));
    if (request.containsKey("idempotency_key")) builder.idempotencyKey(text(request, "idempotency_key"));
    return builder.build();
  }

  static <T> T joined(CompletableFuture<T> future) throws Throwable {
    try {
      return future.get();
    } catch (java.util.concurrent.ExecutionException error) {
      throw error.getCause();
    }
  }
}
