// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
)

// This is the only file that leans on what OpenAI's package does not document, and on the OPENAI_* variables it reads.

const (
	// attemptTimeout bounds each attempt, the reading of its answer included; OpenAI's own client has no such limit.
	attemptTimeout = 10 * time.Minute
	// longestRetryDelay is the longest wait the gateway may ask for before a retry: above it the error is returned.
	longestRetryDelay = time.Minute
	// idleConnections is how many connections to the gateway are kept: it is one host, and Go keeps two by default.
	idleConnections = 100
)

// paramObj is the base of OpenAI's parameter objects; the alias keeps it unexported where it is embedded.
type paramObj = param.APIObject

// applies is OpenAI's option.RequestOption, whose argument's type is internal to it.
type applies[C any] interface{ Apply(*C) error }

type refuses[C any] struct{ err error }

func (r refuses[C]) Apply(*C) error { return r.err }

// refusing infers the internal type from an option that has it.
func refusing[C any](_ applies[C], err error) applies[C] { return refuses[C]{err} }

// refusal is an option that ends a call with this error before anything is sent.
func refusal(err error) option.RequestOption { return refusing(option.WithHeaderDel(""), err) }

type inOrder[C any] []applies[C]

func (all inOrder[C]) Apply(config *C) error {
	for _, one := range all {
		if err := one.Apply(config); err != nil {
			return err
		}
	}
	return nil
}

// composed is one option that does what these do.
func composed[C any](all ...applies[C]) applies[C] { return inOrder[C](all) }

// defaults come first: an own pool of connections, and nothing of OpenAI's environment.
func defaults(pool option.HTTPClient) []option.RequestOption {
	opts := []option.RequestOption{
		option.WithHTTPClient(pool),
		option.WithRequestTimeout(attemptTimeout),
		option.WithMaxRetryDelay(longestRetryDelay),
		option.WithMiddleware(named),
	}
	// Each option is applied to every call, so only what is there is undone.
	for name, undo := range undone {
		if _, set := os.LookupEnv(name); set {
			opts = append(opts, undo...)
		}
	}
	return append(opts, forgotten(os.Getenv("OPENAI_CUSTOM_HEADERS"))...)
}

// undone is what takes back the effect of a variable. Address and key are always given, and need no entry.
var undone = map[string][]option.RequestOption{
	"OPENAI_ORG_ID":         {option.WithOrganization(""), option.WithHeaderDel("OpenAI-Organization")},
	"OPENAI_PROJECT_ID":     {option.WithProject(""), option.WithHeaderDel("OpenAI-Project")},
	"OPENAI_ADMIN_KEY":      {option.WithAdminAPIKey("")},
	"OPENAI_WEBHOOK_SECRET": {option.WithWebhookSecret("")},
}

// forgotten undoes the headers that OpenAI's package took from its environment. The type of the body stays as it is:
// what it was before cannot be known here.
func forgotten(lines string) (opts []option.RequestOption) {
	for line := range strings.Lines(lines) {
		name, _, isHeader := strings.Cut(line, ":")
		switch name = http.CanonicalHeaderKey(strings.TrimSpace(name)); {
		case !isHeader, name == "Content-Type":
		case name == "Accept":
			opts = append(opts, option.WithHeader(name, "application/json"))
		default:
			opts = append(opts, option.WithHeaderDel(name))
		}
	}
	return opts
}

// named adds this package to the user agent: `OpenAI/Go <version> ringside-go/<version>`.
func named(request *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	agent := request.Header.Get("User-Agent")
	if agent == "" {
		agent = "OpenAI/Go " + request.Header.Get("X-Stainless-Package-Version")
	}
	request.Header.Set("User-Agent", agent+" ringside-go/"+Version)
	return next(request)
}

// newPool is an HTTP client of its own, with room for many calls to one host at once.
func newPool() *http.Client {
	transport, isPlain := http.DefaultTransport.(*http.Transport)
	if !isPlain { // somebody instruments all HTTP of the process
		return &http.Client{Transport: http.DefaultTransport}
	}
	transport = transport.Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = idleConnections, idleConnections
	return &http.Client{Transport: transport}
}
