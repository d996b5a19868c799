// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

/**
 * What OpenAI's services do by themselves: measured here, so that a new version shows what it
 * changed.
 */
class HostFaultsTest extends WithServer {
  private static final String CHUNK =
      "data:"
          + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[]}\n\n";

  @Test
  void noContentIsADataError() {
    server.script(Reply.text(204, "text/plain", ""));
    var completions = Fixtures.patientClient(server).chat().completions();
    assertThrows(OpenAIInvalidDataException.class, () -> completions.create(Fixtures.CHAT));
  }

  @Test
  void aStreamWithoutItsEndLooksComplete() {
    server.script(Reply.stream(new String[0], CHUNK));
    assertEquals(1, countChunks());
  }

  @Test
  void aStreamThatClosesInsideAChunkLooksCompleteToo() {
    server.script(Reply.stream(new String[0], CHUNK, "data: {\"id\":\"c\",\"obj"));
    assertEquals(1, countChunks());
  }

  @Test
  void aStreamThatBreaksItsTransferCodingIsAConnectionError() {
    String head =
        "HTTP/1.1 200 -\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    server.script(
        wire -> {
          wire.socket().getOutputStream().write((head + "ff\r\n" + CHUNK).getBytes());
          return false;
        });
    assertThrows(OpenAIIoException.class, this::countChunks);
  }

  @Test
  void aStreamResetInTheMiddleIsAConnectionError() {
    server.script(
        wire -> {
          Reply.stream(new String[0], CHUNK).write(wire);
          return Reply.after(100, Reply.reset()).write(wire);
        });
    var error = assertThrows(OpenAIIoException.class, this::countChunks);
    assertInstanceOf(SocketException.class, error.getCause());
  }

  @Test
  void cancellingAFutureDoesNotEndTheCall() throws InterruptedException {
    server.script(Reply.after(300, Reply.endlessStream(CHUNK)));
    var client = Fixtures.patientClient(server).withOptions(o -> o.timeout(Duration.ofSeconds(2)));
    var future = client.async().chat().completions().create(Fixtures.CHAT);
    future.cancel(true);
    assertFalse(server.sawClientLeave(1000));
    assertTrue(server.sawClientLeave(3000));
  }

  @Test
  void aHeaderOfTheClientCannotBeLeftOutOfOneCallButOfADerivedClient() {
    server.script(Reply.json(200, Fixtures.completion()), Reply.json(200, Fixtures.completion()));
    RingsideClient client = Fixtures.client(server).forCustomer("cus_1");
    ChatCompletionCreateParams without =
        Fixtures.CHAT.toBuilder().replaceAdditionalHeaders("FC-Customer", List.of()).build();
    client.chat().completions().create(without);
    assertEquals("cus_1", server.last().header("fc-customer"));
    RingsideClient nobodys = client.withOptions(options -> options.removeHeaders("FC-Customer"));
    nobodys.chat().completions().create(Fixtures.CHAT);
    assertEquals(List.of(), server.last().all("fc-customer"));
  }

  private long countChunks() {
    try (var stream =
        Fixtures.patientClient(server).chat().completions().createStreaming(Fixtures.CHAT)) {
      return stream.stream().count();
    }
  }
}
