// SPDX-License-Identifier: Apache-2.0
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIRetryableException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.SseException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pro.fightclub.ringside.ModelRefException;
import pro.fightclub.ringside.errors.RingsideConfigException;
import pro.fightclub.ringside.errors.RingsideServiceException;
import pro.fightclub.ringside.webhooks.WebhookVerificationException;

/** An exception in the protocol's terms, by what the SDK says of it. */
final class Told {
  private Told() {}

  static Map<String, Object> of(Throwable error) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("kind", kind(error));
    told.put("class", error.getClass().getSimpleName());
    told.put("is", hosts(error));
    told.put("message", String.valueOf(error.getMessage()));
    told.put("cause", error.getCause() == null ? null : error.getCause().getClass().getSimpleName());
    if (error instanceof OpenAIServiceException service) {
      told.put("status", service.statusCode());
      told.put("code", service.code().orElse(null));
      told.put("type", service.type().orElse(null));
      told.put("param", service.param().orElse(null));
    }
    if (error instanceof RingsideServiceException ours) {
      told.put("request_id", ours.requestId().orElse(null));
      told.put("retry_after_seconds", ours.retryAfter().map(Duration::toSeconds).orElse(null));
      told.put("should_retry", ours.shouldRetry().orElse(null));
    }
    if (error instanceof SseException broken) { // the host's own class, which leaves our further facts in the body
      if (Answers.plain(broken.body()) instanceof Map<?, ?> fields) told.put("request_id", fields.get("request_id"));
    }
    if (error instanceof WebhookVerificationException refused) {
      told.put("reason", refused.reason().wire());
    }
    return told;
  }

  private static String kind(Throwable error) {
    if (error instanceof WebhookVerificationException) return "signature";
    if (error instanceof RingsideConfigException) return "config";
    if (error instanceof ModelRefException) return "invalid_argument";
    if (error instanceof SseException) return "stream";
    if (error instanceof OpenAIServiceException) return "api_status";
    if (error instanceof OpenAIIoException || error instanceof OpenAIRetryableException) return timedOut(error) ? "timeout" : "connection";
    if (error instanceof OpenAIInvalidDataException) return "decode";
    if (error instanceof java.io.IOException || error instanceof java.io.UncheckedIOException) return "stream";
    boolean argument = error instanceof IllegalArgumentException || error instanceof IllegalStateException;
    return argument ? "invalid_argument" : "other";
  }

  private static boolean timedOut(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedIOException) return true;
    }
    return false;
  }

  private static List<String> hosts(Throwable error) {
    List<String> found = new ArrayList<>();
    for (Class<?> type = error.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().startsWith("com.openai.")) found.add("openai." + type.getSimpleName());
    }
    return found;
  }
}
