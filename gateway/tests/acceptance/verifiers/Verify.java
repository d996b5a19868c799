// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/** Prints how many attempts of a sample verify; fails at the first that does not. */
final class Verify {
  private static final Pattern FIELD = Pattern.compile("\"(payload|header|secret)\": \"([^\"]*)\"");

  public static void main(String[] arguments) throws IOException {
    int count = 0;
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      WebhookVerifyParams.Builder attempt = WebhookVerifyParams.builder().withoutTimeCheck();
      Matcher fields = FIELD.matcher(line);
      while (fields.find()) {
        String value = fields.group(2);
        switch (fields.group(1)) {
          case "payload" -> attempt.payload(Base64.getDecoder().decode(value));
          case "header" -> attempt.header(value);
          default -> attempt.secret(value);
        }
      }
      Webhooks.verify(attempt.build());
      count++;
    }
    System.out.println(count);
  }
}
