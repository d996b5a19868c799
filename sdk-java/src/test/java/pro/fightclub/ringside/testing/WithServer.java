// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.testing;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A test that talks to a server of its own. */
@Timeout(30)
public abstract class WithServer {
  protected ScriptedServer server;

  @BeforeEach
  final void listen() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  final void stopListening() throws IOException {
    server.close();
  }
}
