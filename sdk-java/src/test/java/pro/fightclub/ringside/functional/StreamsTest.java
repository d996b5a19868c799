// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import pro.fightclub.ringside.ResponseMeta;
import pro.fightclub.ringside.errors.FallbackWithStreamUnsupportedException;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

class StreamsTest extends WithServer {
  private static final String[] NONE = {};

  @Test
  void chunksComeAsOpenAiSendsThem() {
    server.script(
        Reply.stream(NONE, chunk("Hel"), ": keep-alive\n", chunk("lo"), "data: [DONE]\n\n"));
    assertEquals("Hello", read());
  }

  @Test
  void aStreamSplitAnywhereIsTheSame() {
    String whole = chunk("Zoë 🥊");
    byte[] bytes = whole.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    server.script(
        wire -> {
          Reply.stream(NONE).write(wire);
          for (byte one : bytes) {
            wire.socket().getOutputStream().write(one);
          }
          wire.socket().getOutputStream().write("data: [DONE]\n\n".getBytes());
          return false;
        });
    assertEquals("Zoë 🥊", read());
  }

  @Test
  void theHeadersAreThereBeforeTheFirstChunk() {
    server.script(
        Reply.stream(
            new String[] {"X-Ringside-Wallet-Held", "0.000000025"},
            chunk("a"),
            "data: [DONE]\n\n"));
    try (var raw =
        Fixtures.client(server)
            .chat()
            .completions()
            .withRawResponse()
            .createStreaming(Fixtures.CHAT)) {
      assertEquals(new BigDecimal("0.000000025"), ResponseMeta.of(raw).walletHeld().orElseThrow());
      assertEquals(1, raw.parse().stream().count());
    }
  }

  @Test
  void closingEarlyLeavesTheGateway() throws InterruptedException {
    server.script(Reply.endlessStream(chunk("a")));
    try (var stream = Fixtures.client(server).chat().completions().createStreaming(Fixtures.CHAT)) {
      assertTrue(stream.stream().limit(3).count() == 3);
    }
    assertTrue(server.sawClientLeave(1000));
  }

  @Test
  void anErrorInTheStreamKeepsItsCode() {
    server.script(
        Reply.stream(
            NONE,
            chunk("a"),
            "event: error\n"
                + "data:"
                + " {\"error\":{\"type\":\"upstream_error\",\"code\":\"upstream_error\",\"message\":\"gone\"}}\n\n"));
    var error = assertThrows(OpenAIServiceException.class, this::read);
    assertEquals("upstream_error", error.code().orElseThrow());
  }

  @Test
  void aRefusalInPlaceOfAStreamIsOfItsClass() {
    server.script(Reply.refusal(400, "fallback_with_stream_unsupported"));
    assertThrows(FallbackWithStreamUnsupportedException.class, this::read);
  }

  @Test
  void theSameWithoutBlocking() {
    server.script(Reply.stream(NONE, chunk("Hel"), chunk("lo"), "data: [DONE]\n\n"));
    List<String> seen = new ArrayList<>();
    Fixtures.client(server)
        .async()
        .chat()
        .completions()
        .createStreaming(Fixtures.CHAT)
        .subscribe(found -> seen.add(text(found)))
        .onCompleteFuture()
        .join();
    assertEquals(List.of("Hel", "lo"), seen);
  }

  private String read() {
    try (StreamResponse<ChatCompletionChunk> stream =
        Fixtures.client(server).chat().completions().createStreaming(Fixtures.CHAT)) {
      return stream.stream().map(StreamsTest::text).collect(Collectors.joining());
    }
  }

  private static String text(ChatCompletionChunk found) {
    return found.choices().get(0).delta().content().orElse("");
  }

  private static String chunk(String text) {
    return "data:"
               + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
               + "\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }
}
