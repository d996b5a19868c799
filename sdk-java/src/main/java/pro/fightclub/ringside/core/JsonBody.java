// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.core;

import com.openai.core.http.HttpRequestBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A JSON document as a request body, the same bytes on every attempt. */
final class JsonBody implements HttpRequestBody {
  private final byte[] bytes;

  JsonBody(Object value) {
    bytes = Json.write(value);
  }

  @Override
  public void writeTo(OutputStream output) {
    try {
      output.write(bytes);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  @Override
  public InputStream content() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public long contentLength() {
    return bytes.length;
  }

  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public void close() {}
}
