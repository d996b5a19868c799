// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1.1 server on the loopback that answers what it is told, in order, and keeps what came.
 */
public final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final ConcurrentLinkedQueue<Reply> script = new ConcurrentLinkedQueue<>();
  private final List<WireRequest> requests = new CopyOnWriteArrayList<>();
  private final java.util.Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch clientLeft = new CountDownLatch(1);
  private final List<String> unexpected = new CopyOnWriteArrayList<>();

  /** Starts listening on a free port. */
  public ScriptedServer() throws IOException {
    listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    start(this::acceptAll);
  }

  /** What to answer next, one reply a request. */
  public ScriptedServer script(Reply... replies) {
    script.addAll(List.of(replies));
    return this;
  }

  /** The address with {@code /v1}. */
  public String baseUrl() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
  }

  /** Everything that was asked, in order. */
  public List<WireRequest> requests() {
    return requests;
  }

  /** The last request. */
  public WireRequest last() {
    return requests.get(requests.size() - 1);
  }

  /** How many connections are open now. */
  public int connections() {
    return open.size();
  }

  /** Whether a client closed a connection in the middle of an answer within this time. */
  public boolean sawClientLeave(long millis) throws InterruptedException {
    return clientLeft.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Notes that writing failed, which is how a server learns that the client has left. */
  void clientLeft() {
    clientLeft.countDown();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    if (!unexpected.isEmpty()) {
      throw new AssertionError("requests nobody expected: " + unexpected);
    }
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream input = new BufferedInputStream(socket.getInputStream());
      for (WireRequest request = read(input); request != null; request = read(input)) {
        requests.add(request);
        Reply reply = script.poll();
        if (reply == null) {
          unexpected.add(request.method() + " " + request.target());
          reply = Reply.json(500, Map.of("error", "no reply is scripted"));
        }
        if (!reply.write(new Reply.Wire(this, socket, request))) {
          return;
        }
      }
    } catch (IOException | InterruptedException gone) {
      clientLeft();
    } finally {
      open.remove(socket);
    }
  }

  private static WireRequest read(InputStream input) throws IOException {
    String first = line(input);
    if (first == null || first.isEmpty()) {
      return null;
    }
    Map<String, List<String>> headers = new TreeMap<>();
    for (String text = line(input); text != null && !text.isEmpty(); text = line(input)) {
      int colon = text.indexOf(':');
      headers
          .computeIfAbsent(
              text.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(text.substring(colon + 1).strip());
    }
    String[] parts = first.split(" ");
    return new WireRequest(parts[0], parts[1], headers, body(input, headers));
  }

  private static byte[] body(InputStream input, Map<String, List<String>> headers)
      throws IOException {
    if (headers.containsKey("content-length")) {
      return input.readNBytes(Integer.parseInt(headers.get("content-length").get(0)));
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    if (headers.containsKey("transfer-encoding")) {
      for (int size = chunk(input); size > 0; size = chunk(input)) {
        whole.write(input.readNBytes(size));
        line(input);
      }
      line(input);
    }
    return whole.toByteArray();
  }

  private static int chunk(InputStream input) throws IOException {
    return Integer.parseInt(line(input), 16);
  }

  private static String line(InputStream input) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        return null;
      }
      if (next != '\r') {
        bytes.write(next);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }
}
