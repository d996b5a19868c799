// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fails the day the host's interfaces change: run ForwarderWriter then. */
class ForwardersTest {
  static List<String> names() {
    return List.copyOf(ForwarderWriter.FORWARDERS.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyMethodOfTheHostIsForwarded(String name) throws ReflectiveOperationException {
    Class<?> forwarder = Class.forName("pro.fightclub.ringside.compat." + name);
    Map<String, Class<?>> hosts = ForwarderWriter.FORWARDERS;
    for (Method method : ForwarderWriter.methodsOf(hosts.get(name))) {
      forwarder.getDeclaredMethod(method.getName(), method.getParameterTypes());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theCommittedTextIsWhatTheWriterWrites(String name) throws IOException {
    String committed = Files.readString(ForwarderWriter.FOLDER.resolve(name + ".java"));
    assertEquals(ForwarderWriter.textOf(name), committed);
  }
}
