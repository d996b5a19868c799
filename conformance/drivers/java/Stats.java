// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a leak would make grow. */
final class Stats {
  private Stats() {}

  static Map<String, Object> now() {
    System.gc();
    Runtime heap = Runtime.getRuntime();
    return Map.of(
        "threads", Thread.activeCount(), "tasks", 0, "sockets", sockets(), "memory_bytes", heap.totalMemory() - heap.freeMemory());
  }

  private static long sockets() {
    try (var found = Files.list(Path.of("/proc/self/fd"))) {
      return found.filter(Stats::isSocket).count();
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
