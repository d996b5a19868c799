// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/openai/openai-go/v3/option"
)

const publicBaseURL = "https://api.fightclub.pro/v1"

// config is what a client is made of. Secrets are functions, so that printing a client shows none.
type config struct {
	key           func() string
	tokens        *TokenSource
	baseURL       *url.URL
	query         url.Values
	customer      string
	tags          []string
	webhookSecret func() string
	// host are OpenAI's own options in the order given.
	host []option.RequestOption
	pool option.HTTPClient
}

// setting is an option of ours: given to a client it changes that, given to a call it changes that call.
type setting struct {
	option.RequestOption
	change func(*config) error
}

func settingOf(perCall option.RequestOption, change func(*config) error) option.RequestOption {
	// Tried now, so that a value no call can use ends the call with the same error.
	if err := change(new(config)); err != nil {
		perCall = refusal(err)
	}
	return setting{perCall, change}
}

// WithAPIKey is the server key, in place of FC_API_KEY. Blanks around it, which files often bring, are dropped.
func WithAPIKey(key string) option.RequestOption {
	key = strings.TrimSpace(key)
	return settingOf(option.WithAPIKey(key), func(c *config) error {
		if !isVisible(key) {
			return &ConfigError{"the API key must be a text of visible ASCII characters"}
		}
		c.key = func() string { return key }
		return nil
	})
}

// WithClientToken makes the client send a client token in place of a key.
func WithClientToken(token string) option.RequestOption {
	source := fixedToken(token)
	return settingOf(source.forOneCall(), func(c *config) error {
		if _, err := checkedToken(token); err != nil {
			return &ConfigError{err.Error()}
		}
		c.tokens = source
		return nil
	})
}

// WithTokenSource makes the client send the tokens of a source, which other clients may share.
func WithTokenSource(source *TokenSource) option.RequestOption {
	return settingOf(source.forOneCall(), func(c *config) error {
		if source == nil || source.turn == nil {
			return &ConfigError{"a token source is made by NewTokenSource"}
		}
		c.tokens = source
		return nil
	})
}

// WithBaseURL is the gateway's address, in place of FC_BASE_URL. A query goes out with every call.
func WithBaseURL(address string) option.RequestOption {
	parsed, err := parsedBaseURL(address)
	return settingOf(option.WithBaseURL(address), func(c *config) error {
		if err != nil {
			return err
		}
		c.query = parsed.Query()
		c.baseURL = &url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: strings.TrimRight(parsed.Path, "/") + "/"}
		return nil
	})
}

// WithCustomer attributes calls to a customer: its id, or `ext:` and your own id.
func WithCustomer(customer string) option.RequestOption {
	return settingOf(option.WithHeader("FC-Customer", customer), func(c *config) error {
		c.customer = customer
		return headerText("customer", customer)
	})
}

// WithoutCustomer undoes [WithCustomer], for one call or for a derived client.
func WithoutCustomer() option.RequestOption {
	return settingOf(option.WithHeaderDel("FC-Customer"), func(c *config) error {
		c.customer = ""
		return nil
	})
}

// WithTags slices usage. It replaces the tags there were; without any there are none.
func WithTags(tags ...string) option.RequestOption {
	tags = slices.Clone(tags)
	sent := option.WithHeader("FC-Tag", strings.Join(tags, ", "))
	if len(tags) == 0 {
		sent = option.WithHeaderDel("FC-Tag")
	}
	return settingOf(sent, func(c *config) error {
		c.tags = tags
		for _, tag := range tags {
			if err := headerText("tag", tag); err != nil {
				return err
			}
			if strings.Contains(tag, ",") {
				return &ConfigError{"a tag must not hold a comma: commas separate tags on the way"}
			}
		}
		return nil
	})
}

// WithWebhookSecret is the secret of [WebhookService.Verify], in place of FC_WEBHOOK_SECRET.
func WithWebhookSecret(secret string) option.RequestOption {
	return settingOf(option.WithHeaderDel(""), func(c *config) error {
		c.webhookSecret = func() string { return secret }
		return nil
	})
}

// with is the configuration with these options, ours recognised among OpenAI's. A new credential drops the other kind.
func (c config) with(opts []option.RequestOption) (config, error) {
	key, tokens := c.key, c.tokens
	c.key, c.tokens = nil, nil
	c.host = slices.Clone(c.host)
	for _, opt := range opts {
		ours, isOurs := opt.(setting)
		if !isOurs {
			c.host = append(c.host, opt)
		} else if err := ours.change(&c); err != nil {
			return c, err
		}
	}
	switch {
	case c.key != nil && c.tokens != nil:
		return c, &ConfigError{"give either an API key or a client token, not both"}
	case c.key == nil && c.tokens == nil:
		c.key, c.tokens = key, tokens
	}
	return c, nil
}

// fromEnvironment is what FC_API_KEY, FC_BASE_URL and FC_WEBHOOK_SECRET say, as options that others may follow.
func fromEnvironment(given config) (opts []option.RequestOption) {
	if key := os.Getenv("FC_API_KEY"); given.key == nil && given.tokens == nil && strings.TrimSpace(key) != "" {
		opts = append(opts, WithAPIKey(key))
	}
	if given.baseURL == nil {
		address := strings.TrimSpace(os.Getenv("FC_BASE_URL"))
		if address == "" {
			address = publicBaseURL
		}
		opts = append(opts, WithBaseURL(address))
	}
	if given.webhookSecret == nil {
		opts = append(opts, WithWebhookSecret(strings.TrimSpace(os.Getenv("FC_WEBHOOK_SECRET"))))
	}
	return opts
}

// options are those every call of the client has, in the order they are applied.
func (c config) options() []option.RequestOption {
	opts := append(defaults(c.pool), option.WithBaseURL(c.baseURL.String()))
	for name, values := range c.query {
		for _, value := range values {
			opts = append(opts, option.WithQueryAdd(name, value))
		}
	}
	if c.tokens != nil {
		opts = append(opts, option.WithAPIKey(""), option.WithMiddleware(c.tokens.authenticate))
	} else {
		opts = append(opts, option.WithAPIKey(c.key()))
	}
	if c.customer != "" {
		opts = append(opts, option.WithHeader("FC-Customer", c.customer))
	}
	if len(c.tags) > 0 {
		opts = append(opts, option.WithHeader("FC-Tag", strings.Join(c.tags, ", ")))
	}
	return append(opts, c.host...)
}

func parsedBaseURL(address string) (*url.URL, error) {
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Hostname() == "" ||
		parsed.User != nil || parsed.Fragment != "" {
		return nil, &ConfigError{"the base URL must be http(s), without user name, password and fragment"}
	}
	return parsed, nil
}

// headerText refuses what cannot stand in a header.
func headerText(what, text string) error {
	printable := !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
	if text == "" || !printable || text != strings.TrimSpace(text) {
		return &ConfigError{"the " + what + " travels in a header: it must be ASCII, not empty, without control characters and outer blanks"}
	}
	return nil
}

func isVisible(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
