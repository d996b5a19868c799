// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import com.openai.core.Properties;

/** How the SDK names itself. */
final class SdkVersion {
  static final String VERSION = "0.1.0";

  private SdkVersion() {}

  /** The {@code User-Agent} of every call. */
  static String userAgent() {
    return "openai-java/%s ringside-java/%s".formatted(Properties.getPackageVersion(), VERSION);
  }
}
