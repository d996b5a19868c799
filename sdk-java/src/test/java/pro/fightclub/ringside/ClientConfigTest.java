// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pro.fightclub.ringside.core.TokenSource;
import pro.fightclub.ringside.errors.RingsideConfigException;

class ClientConfigTest {
  private static final String KEY = "sk_test_secret";

  @Test
  void variablesFillWhatIsNotGiven() {
    Map<String, String> environment =
        Map.of(
            "FC_API_KEY", " " + KEY + "\n",
            "FC_BASE_URL", "http://127.0.0.1:1/p/v1/",
            "FC_WEBHOOK_SECRET", "whsec_a");
    ClientConfig config = ClientConfig.resolve(null, null, null, null, environment);
    assertEquals(KEY, config.apiKey());
    assertEquals("http://127.0.0.1:1/p/v1", config.baseUrl());
    assertEquals("whsec_a", config.webhookSecret());
  }

  @Test
  void argumentsWinOverVariables() {
    Map<String, String> environment =
        Map.of("FC_API_KEY", "sk_a", "FC_BASE_URL", "http://a/v1", "FC_WEBHOOK_SECRET", "a");
    ClientConfig config = ClientConfig.resolve("sk_b", null, "http://b/v1", "b", environment);
    assertEquals(
        List.of("sk_b", "http://b/v1", "b"),
        List.of(config.apiKey(), config.baseUrl(), config.webhookSecret()));
  }

  @Test
  void openAisVariablesAreNotCredentials() {
    Map<String, String> environment =
        Map.of("OPENAI_API_KEY", "sk-openai", "OPENAI_BASE_URL", "http://a");
    RingsideConfigException refused =
        assertThrows(
            RingsideConfigException.class,
            () -> ClientConfig.resolve(null, null, null, null, environment));
    assertTrue(refused.getMessage().contains("FC_API_KEY"));
    assertEquals(
        "https://api.fightclub.pro/v1",
        ClientConfig.resolve(KEY, null, null, null, environment).baseUrl());
  }

  @Test
  void aKeyAndATokenTogetherAreRefused() {
    TokenSource token = TokenSource.of("jwt");
    assertThrows(
        RingsideConfigException.class,
        () -> ClientConfig.resolve(KEY, token, null, null, Map.of()));
  }

  @Test
  void aTokenNeedsNoKeyAndIgnoresTheVariable() {
    ClientConfig config =
        ClientConfig.resolve(null, TokenSource.of("jwt"), null, null, Map.of("FC_API_KEY", KEY));
    assertEquals(null, config.apiKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "sk a", "sk\u00e9", "sk\nb"})
  void aKeyThatNoHeaderCarriesIsRefusedAndNotQuoted(String key) {
    RingsideConfigException refused =
        assertThrows(
            RingsideConfigException.class,
            () -> ClientConfig.resolve(key, null, null, null, Map.of()));
    assertTrue(refused.getMessage().contains("apiKey"));
    assertFalse(!key.isBlank() && refused.getMessage().contains(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.fightclub.pro/v1",
        "ftp://a/v1",
        "http://u:p@a/v1",
        "http://a/v1#x",
        "http://",
        "a b"
      })
  void anAddressThatIsNoneIsRefused(String address) {
    RingsideConfigException refused =
        assertThrows(
            RingsideConfigException.class,
            () -> ClientConfig.resolve(KEY, null, address, null, Map.of()));
    assertFalse(refused.getMessage().contains("u:p"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://a/v1, http://a/v1",
    "http://a/v1/, http://a/v1",
    "http://a, http://a",
    "http://a:8080/p/q/v1//, http://a:8080/p/q/v1",
    "https://a/v1?x=1&x=2&y=%20, https://a/v1",
  })
  void theAddressLosesItsEndAndItsQuery(String given, String kept) {
    assertEquals(kept, ClientConfig.resolve(KEY, null, given, null, Map.of()).baseUrl());
  }

  @Test
  void theQueryOfTheAddressIsKeptApart() {
    ClientConfig config =
        ClientConfig.resolve(KEY, null, "https://a/v1?x=1&x=2&y=%20", null, Map.of());
    assertEquals(Map.of("x", List.of("1", "2"), "y", List.of(" ")), config.query());
  }

  @Test
  void noSecretIsShown() {
    ClientConfig config = ClientConfig.resolve(KEY, null, null, "whsec_hidden", Map.of());
    assertFalse(config.toString().contains("secret"));
    assertFalse(RingsideClient.builder().apiKey(KEY).build().toString().contains("secret"));
    assertFalse(TokenSource.of("secret").toString().contains("secret"));
  }
}
