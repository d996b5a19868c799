// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// operation is one of the spec, ready to be sent.
type operation struct {
	method string
	// path has a {name} for each of values.
	path   string
	values []string
	// params is the body or the query; nil for neither.
	params any
	// idempotent calls carry a key that stays the same over the retries.
	idempotent bool
}

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// address is the path with its values percent-encoded, so that an external id may hold `/`, `?`, `#` or `%`.
func (o operation) address() (string, error) {
	values, refused := o.values, error(nil)
	address := pathParameter.ReplaceAllStringFunc(o.path, func(name string) string {
		value := values[0]
		values = values[1:]
		switch {
		case value == "":
			refused = &ArgumentError{fmt.Sprintf("%s must not be empty: that would call another route", name)}
		case value == "." || value == "..":
			// Proxies resolve these two even when their dots are percent-encoded.
			refused = &ArgumentError{fmt.Sprintf("%q cannot be a path value; address the object as \"ext:%s\"", value, value)}
		case !utf8.ValidString(value):
			refused = &ArgumentError{fmt.Sprintf("%s is not UTF-8", name)}
		}
		return url.PathEscape(value)
	})
	return address, refused
}

// send makes the call and reads its answer. The options are those of the service, then the caller's.
func send[T any](ctx context.Context, service []option.RequestOption, call operation, opts []option.RequestOption) (*T, error) {
	body, err := call.exchange(ctx, service, opts)
	if err != nil {
		return nil, err
	}
	result := new(T)
	if body == nil { // the caller took it with option.WithResponseBodyInto
		return result, nil
	}
	if err := json.Unmarshal(bytes.TrimPrefix(body, byteOrderMark), result); err != nil {
		return nil, &DecodeError{Message: "the gateway answered without the JSON object that is promised here", Body: body, cause: err}
	}
	return result, nil
}

// exchange is the answer's body, whatever type it calls itself.
func (o operation) exchange(ctx context.Context, service, opts []option.RequestOption) ([]byte, error) {
	address, err := o.address()
	if err != nil {
		return nil, err
	}
	var (
		body   []byte
		answer *http.Response
		own    []option.RequestOption
	)
	if o.idempotent {
		own = append(own, option.WithHeader(idempotencyHeader, newIdempotencyKey()))
	}
	own = append(own, option.WithMiddleware(func(request *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		response, err := next(request)
		answer = response
		return response, err
	}))
	host := openai.Client{Options: service}
	err = host.Execute(ctx, o.method, address, o.params, &body, slices.Concat(own, opts)...)
	return body, answered(err, answer)
}
