// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.errors.RingsideConfigException;

/**
 * Options and {@code FC_*} variables resolved; no other variable is read. RingsideConfigException
 * for a wrong mixture, before anything is sent.
 *
 * @param apiKey the server key, or null with a client token
 * @param tokens the client token, or null with a key
 * @param query what the base URL held behind a question mark
 */
record ClientConfig(
    @Nullable String apiKey,
    @Nullable TokenSource tokens,
    String baseUrl,
    Map<String, List<String>> query,
    @Nullable String webhookSecret) {

  static final String PUBLIC_BASE_URL = "https://api.fightclub.pro/v1";

  static ClientConfig resolve(
      @Nullable String apiKey,
      @Nullable TokenSource tokens,
      @Nullable String baseUrl,
      @Nullable String webhookSecret,
      Map<String, String> environment) {
    if (apiKey != null && tokens != null) {
      throw new RingsideConfigException("Pass either `apiKey` or `clientToken`, not both.");
    }
    String key = apiKey;
    if (key == null && tokens == null) {
      key =
          variable(environment, "FC_API_KEY")
              .orElseThrow(
                  () ->
                      new RingsideConfigException(
                          "No credentials: pass `apiKey` or `clientToken`, or set FC_API_KEY."));
    }
    String address =
        baseUrl != null ? baseUrl : variable(environment, "FC_BASE_URL").orElse(PUBLIC_BASE_URL);
    URI uri = addressOf(address);
    return new ClientConfig(
        key == null ? null : keyText(key),
        tokens,
        withoutQuery(uri),
        queryOf(uri),
        webhookSecret != null
            ? webhookSecret
            : variable(environment, "FC_WEBHOOK_SECRET").orElse(null));
  }

  /** What travels in a header; RingsideConfigException names the option when it cannot. */
  static String headerText(String option, String value) {
    if (!value.matches("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?")) {
      throw new RingsideConfigException(
          "`%s` travels in a header: it must be a non-empty ASCII text without control characters or outer blanks."
              .formatted(option));
    }
    return value;
  }

  /** A tag; a comma would make two of it on the way. */
  static String tagText(String tag) {
    if (tag.contains(",")) {
      throw new RingsideConfigException(
          "A tag must not hold a comma: commas separate tags on the way.");
    }
    return headerText("tags", tag);
  }

  /** The key without blanks around it, which files and variables often bring. Never quoted. */
  static String keyText(String key) {
    String text = key.strip();
    if (!text.matches("[\\x21-\\x7e]+")) {
      throw new RingsideConfigException(
          "`apiKey` must be a non-empty text of visible ASCII characters.");
    }
    return text;
  }

  private static URI addressOf(String text) {
    try {
      URI uri = new URI(text.strip());
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException notAnAddress) {
      // Told below; the text is left out, since it may hold a password.
    }
    throw new RingsideConfigException(
        "`baseUrl` must be an http(s) URL with a host and without user name, password and"
            + " fragment.");
  }

  private static String withoutQuery(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    return uri.getScheme() + "://" + uri.getRawAuthority() + path;
  }

  private static Map<String, List<String>> queryOf(URI uri) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    String text = uri.getQuery() == null ? "" : uri.getQuery();
    for (String pair : text.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (!parts[0].isEmpty()) {
        query
            .computeIfAbsent(parts[0], name -> new ArrayList<>())
            .add(parts.length > 1 ? parts[1] : "");
      }
    }
    return query;
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** The parts without the credentials. */
  @Override
  public String toString() {
    return "ClientConfig{baseUrl=" + baseUrl + "}";
  }
}
