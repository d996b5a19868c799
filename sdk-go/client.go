// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// NewClient makes a client of Ringside's options ([WithAPIKey], [WithCustomer] …) and OpenAI's (option.WithMaxRetries,
// option.WithHTTPClient …). What is not given comes from FC_API_KEY, FC_BASE_URL and FC_WEBHOOK_SECRET. Nothing is sent;
// a [ConfigError] says what is missing or does not fit.
//
// Each attempt of a call may take ten minutes, the reading of a stream included, unless option.WithRequestTimeout says
// otherwise; a failed one is repeated twice as in OpenAI's client, after at most a minute each time.
func NewClient(opts ...option.RequestOption) (*Client, error) {
	given, err := config{pool: newPool()}.with(opts)
	if err != nil {
		return nil, err
	}
	complete, err := given.with(fromEnvironment(given))
	if err != nil {
		return nil, err
	}
	if complete.key == nil && complete.tokens == nil {
		return nil, &ConfigError{"no credentials: give ringside.WithAPIKey (not option.WithAPIKey) or ringside.WithClientToken, or set FC_API_KEY"}
	}
	return complete.client(), nil
}

// ForCustomer is a cheap clone that attributes its calls to a customer, sharing connections with this client. Tags, if
// any are given, replace those of this client. Where the customer cannot stand in a header every call says so.
func (c *Client) ForCustomer(customer string, tags ...string) *Client {
	opts := []option.RequestOption{WithCustomer(customer)}
	if len(tags) > 0 {
		opts = append(opts, WithTags(tags...))
	}
	return c.WithOptions(opts...)
}

// WithOptions is a cheap clone with other options, sharing connections with this client; what is not given stays. Where
// the options do not fit together every call of the clone says so.
func (c *Client) WithOptions(opts ...option.RequestOption) *Client {
	changed, err := c.config.with(opts)
	if err != nil {
		changed = c.config
		changed.host = append(changed.host[:len(changed.host):len(changed.host)], refusal(err))
	}
	return changed.client()
}

func (c config) client() *Client {
	return attached(openai.NewClient(c.options()...), c)
}

// String names the gateway and the customer, and no secret.
func (c *Client) String() string {
	return fmt.Sprintf("ringside.Client(%s, customer %q)", c.config.baseURL, c.config.customer)
}
