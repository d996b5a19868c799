// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import pro.fightclub.ringside.core.Json;

/** A request as it came over the wire: the target raw, header names in lower case. */
public record WireRequest(
    String method, String target, Map<String, List<String>> headers, byte[] body) {

  /** The one value of a header; fails when there is none or several. */
  public String header(String name) {
    List<String> values = all(name);
    if (values.size() != 1) {
      throw new AssertionError(name + " was sent as " + values);
    }
    return values.get(0);
  }

  /** Every value of a header. */
  public List<String> all(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body's JSON value. */
  public Object json() {
    try {
      return Json.read(body);
    } catch (IOException cause) {
      throw new AssertionError("not JSON: " + text(), cause);
    }
  }
}
