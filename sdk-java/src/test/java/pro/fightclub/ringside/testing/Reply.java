// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import pro.fightclub.ringside.core.Json;

/** One answer; gives whether the connection may be used for another. */
@FunctionalInterface
public interface Reply {
  /** What a reply is written to. */
  record Wire(ScriptedServer server, Socket socket, WireRequest request) {
    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
      OutputStream output = socket.getOutputStream();
      output.write(bytes);
      output.flush();
    }
  }

  /** Writes the answer. */
  boolean write(Wire wire) throws IOException, InterruptedException;

  /** JSON with a status and headers given as name, value, name, value … */
  static Reply json(int status, Object value, String... headers) {
    return bytes(status, "application/json", Json.write(value), headers);
  }

  /** Text of any type. */
  static Reply text(int status, String type, String body, String... headers) {
    return bytes(status, type, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Bytes of any type. */
  static Reply bytes(int status, String type, byte[] body, String... headers) {
    return wire -> {
      wire.send(head(status, type, headers) + "Content-Length: " + body.length + "\r\n\r\n");
      wire.send(body);
      return true;
    };
  }

  /** A refusal in the gateway's envelope. */
  static Reply refusal(int status, String code, String... headers) {
    return refusal(status, code, Map.of(), headers);
  }

  /** A refusal with more fields in its envelope. */
  static Reply refusal(int status, String code, Map<String, ?> more, String... headers) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("type", "invalid_request_error");
    error.put("code", code);
    error.put("message", "the gateway's words on " + code);
    error.put("param", null);
    error.put("request_id", "req_body");
    error.put("retry_after_seconds", null);
    error.putAll(more);
    return json(status, Map.of("error", error), headers);
  }

  /** Server-sent events, each chunk in a write of its own, ended by closing. */
  static Reply stream(String[] headers, String... chunks) {
    return wire -> {
      wire.send(head(200, "text/event-stream", headers) + "Connection: close\r\n\r\n");
      for (String chunk : chunks) {
        wire.send(chunk);
      }
      return false;
    };
  }

  /** Events without end, until the client leaves. */
  static Reply endlessStream(String chunk) {
    return wire -> {
      wire.send(head(200, "text/event-stream") + "Connection: close\r\n\r\n");
      try {
        while (true) {
          wire.send(chunk);
          Thread.sleep(5);
        }
      } catch (IOException left) {
        wire.server().clientLeft();
        return false;
      }
    };
  }

  /** A reset in place of an answer. */
  static Reply reset() {
    return wire -> {
      wire.socket().setSoLinger(true, 0);
      wire.socket().close();
      return false;
    };
  }

  /** JSON of which only the first half arrives. */
  static Reply truncated(int status, Object value) {
    byte[] body = Json.write(value);
    return wire -> {
      wire.send(head(status, "application/json") + "Content-Length: " + body.length + "\r\n\r\n");
      wire.send(java.util.Arrays.copyOf(body, body.length / 2));
      return false;
    };
  }

  /** Nothing for a while, then another reply. */
  static Reply after(long millis, Reply reply) {
    return wire -> {
      Thread.sleep(millis);
      return reply.write(wire);
    };
  }

  private static String head(int status, String type, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " -\r\n");
    head.append("Content-Type: ").append(type).append("\r\n");
    for (int index = 0; index < headers.length; index += 2) {
      head.append(headers[index]).append(": ").append(headers[index + 1]).append("\r\n");
    }
    return head.toString();
  }
}
