// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

import com.openai.errors.OpenAIException;

/** The client cannot be built from these options and this environment; nothing was sent. */
public final class RingsideConfigException extends OpenAIException {
  private static final long serialVersionUID = 1L;

  /** Takes a message that names the option and never its secret. */
  public RingsideConfigException(String message) {
    super(message);
  }
}
