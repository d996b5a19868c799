// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pro.fightclub.ringside.RingsideClient;
import pro.fightclub.ringside.core.CallOptions;
import pro.fightclub.ringside.testing.Fixtures;
import pro.fightclub.ringside.testing.Reply;
import pro.fightclub.ringside.testing.WithServer;

class FaultsTest extends WithServer {
  @Test
  void aBodyCutShortIsAConnectionErrorOnOurResources() {
    server.script(Reply.truncated(200, Fixtures.customer("cus_1")));
    var customers = Fixtures.patientClient(server).customers();
    assertThrows(OpenAIIoException.class, () -> customers.retrieve("cus_1"));
    assertEquals(1, server.requests().size());
  }

  @Test
  void aBodyCutShortIsADataErrorOnOpenAis() {
    server.script(Reply.truncated(200, Fixtures.completion()));
    var completions = Fixtures.patientClient(server).chat().completions();
    assertThrows(OpenAIInvalidDataException.class, () -> completions.create(Fixtures.CHAT));
    assertEquals(1, server.requests().size());
  }

  @Test
  void aResetBeforeTheHeadersIsTriedAgain() {
    server.script(Reply.reset(), Reply.json(200, Fixtures.completion()));
    Fixtures.patientClient(server).chat().completions().create(Fixtures.CHAT);
    assertEquals(2, server.requests().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{\"id\":", "[]", "null", "\"text\"", "{} {}"})
  void aSuccessThatIsNoObjectIsADataError(String body) {
    server.script(Reply.text(200, "application/json", body));
    var customers = Fixtures.client(server).customers();
    assertThrows(OpenAIInvalidDataException.class, () -> customers.retrieve("cus_1"));
  }

  @Test
  void noContentWhereAnObjectIsPromisedIsADataError() {
    server.script(Reply.text(204, "text/plain", ""));
    var customers = Fixtures.client(server).customers();
    assertThrows(OpenAIInvalidDataException.class, () -> customers.delete("cus_1"));
  }

  @Test
  void aByteOrderMarkCompressionAndDepthAreRead() throws IOException {
    String deep = "{\"id\":\"cus_1\",\"x\":" + "[".repeat(200) + "]".repeat(200) + "}";
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(deep.getBytes(StandardCharsets.UTF_8));
    }
    server.script(
        Reply.text(200, "application/json", "\ufeff{\"id\":\"cus_1\"}"),
        Reply.bytes(200, "application/json", packed.toByteArray(), "Content-Encoding", "gzip"));
    var customers = Fixtures.client(server).customers();
    assertEquals("cus_1", customers.retrieve("cus_1").id());
    assertEquals("cus_1", customers.retrieve("cus_1").id());
  }

  @Test
  void aStallEndsAtTheCallsOwnTimeAndIsTriedAgain() {
    server.script(
        Reply.after(5000, Reply.json(200, Fixtures.customer("a"))),
        Reply.json(200, Fixtures.customer("cus_1")));
    CallOptions options = CallOptions.builder().timeout(Duration.ofMillis(1500)).build();
    assertEquals(
        "cus_1", Fixtures.patientClient(server).customers().retrieve("cus_1", options).id());
  }

  @Test
  void aStallEndsAtTheClientsTime() {
    server.script(
        Reply.after(3000, Reply.json(200, Fixtures.completion())),
        Reply.after(3000, Reply.json(200, Fixtures.customer("a"))));
    RingsideClient client =
        Fixtures.client(server).withOptions(options -> options.timeout(Duration.ofMillis(200)));
    long start = System.nanoTime();
    assertThrows(OpenAIIoException.class, () -> client.chat().completions().create(Fixtures.CHAT));
    assertThrows(OpenAIIoException.class, () -> client.customers().retrieve("cus_1"));
    assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 2900);
  }

  @Test
  void sixtyFourCallsAtOnceGetTheirOwnAnswers() {
    for (int index = 0; index < 64; index++) {
      server.script(
          wire ->
              Reply.json(200, Fixtures.customer(wire.request().target().substring(14)))
                  .write(wire));
    }
    var customers = Fixtures.client(server).async().customers();
    List<CompletableFuture<String>> calls =
        IntStream.range(0, 64)
            .mapToObj(index -> customers.retrieve("cus_" + index).thenApply(found -> found.id()))
            .toList();
    for (int index = 0; index < 64; index++) {
      assertEquals("cus_" + index, calls.get(index).join());
    }
  }

  @Test
  void aThousandCallsLeaveNothingBehind() {
    RingsideClient client = Fixtures.client(server);
    for (int index = 0; index < 1000; index++) {
      server.script(
          index % 10 == 9
              ? Reply.refusal(404, "not_found")
              : Reply.json(200, Fixtures.customer("cus_1")));
      try {
        client.customers().retrieve("cus_1");
      } catch (RuntimeException refused) {
        assertInstanceOf(pro.fightclub.ringside.errors.ObjectNotFoundException.class, refused);
      }
    }
    assertEquals(1, server.connections());
  }

  @Test
  void aClosedClientSendsNothing() {
    RingsideClient client = Fixtures.client(server);
    client.close();
    assertThrows(RuntimeException.class, () -> client.customers().retrieve("cus_1"));
    assertEquals(0, server.requests().size());
  }
}
