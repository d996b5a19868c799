// SPDX-License-Identifier: Apache-2.0

package ringside

// error
// ├── *Error                  an answer that is not a success; unwraps to *openai.Error, matches the Err… of its code
// ├── *DecodeError            a Ringside resource answered something that is not its JSON, or a list repeats itself
// ├── *ConfigError            options that do not fit together, found before anything is sent
// ├── *ArgumentError          a value that no request can carry
// ├── *ModelRefError          a model ref that cannot be built or read; Part names what is wrong
// └── *WebhookError           a delivery that must not be trusted; Reason says why
//
// What the network does comes as it does from OpenAI's client: *url.Error, context.DeadlineExceeded, context.Canceled.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

const (
	// longestMessage is where an error's text is cut; Body keeps all of it.
	longestMessage = 2_000
	// mostErrorBytes of a refusal are looked at for its code.
	mostErrorBytes   = 1 << 20
	codeTokenExpired = "client_token_expired"
)

// Error is an answer that is not a success. Ringside's own methods return it; [AsError] makes it of what OpenAI's return.
type Error struct {
	// StatusCode is 0 for an error in the middle of a stream.
	StatusCode int
	// Code is the documented code, empty where the answer has none. Compare with errors.Is and the Err… values.
	Code    string
	Type    string
	Param   string
	Message string
	// RequestID is the request's id, for support.
	RequestID string
	// RetryAfterSeconds is when the gateway says the call may succeed, where it does.
	RetryAfterSeconds param.Opt[int64]
	// ShouldRetry is the gateway's advice on repeating the same request, where it gave any.
	ShouldRetry param.Opt[bool]
	// Scope says on 402 which store of money refused, such as customer_wallet.
	Scope string
	// ResetsAt says on 402 when a budget starts anew, in unix seconds.
	ResetsAt param.Opt[int64]
	// Header and Body are the answer's.
	Header http.Header
	Body   []byte

	host error
}

// Error begins with status and code.
func (e *Error) Error() string {
	text := e.Message
	if text == "" {
		text = strings.TrimSpace(string(e.Body[:min(len(e.Body), longestMessage+1)]))
	}
	if text == "" {
		text = "(no body)"
	}
	if len(text) > longestMessage {
		text = strings.ToValidUTF8(text[:longestMessage], "") + "…"
	}
	if e.Code != "" {
		text = e.Code + ": " + text
	}
	if e.StatusCode == 0 {
		return text
	}
	return fmt.Sprintf("%d %s", e.StatusCode, text)
}

// Unwrap is OpenAI's own error of this answer: an *openai.Error, or an *ssestream.StreamError.
func (e *Error) Unwrap() error { return e.host }

// Is matches the Err… value of the error's code, other spellings of the code included.
func (e *Error) Is(target error) bool {
	found := ErrorOf(e.Code)
	return found != nil && target == found
}

// AsError finds the gateway's answer in an error of any method, OpenAI's included.
func AsError(err error) (*Error, bool) {
	var ours *Error
	if errors.As(err, &ours) {
		return ours, true
	}
	var host *openai.Error
	if errors.As(err, &host) && host.Response != nil {
		return newError(host, host.Response), true
	}
	var stream *ssestream.StreamError
	if errors.As(err, &stream) {
		found := envelopeOf(stream.Event.Data).error(stream, nil)
		found.Body = stream.Event.Data
		return found, true
	}
	return nil, false
}

// Is is errors.Is that also looks into errors of OpenAI's methods: Is(err, ErrCustomerWalletEmpty).
func Is(err, target error) bool {
	found, ok := AsError(err)
	return errors.Is(err, target) || ok && errors.Is(found, target)
}

// ErrorOf is the Err… value of a code, other spellings of it included; nil for a code this version does not know.
func ErrorOf(code string) error {
	if found, known := sentinels[code]; known {
		return found
	}
	return nil
}

// sentinels are the Err… values by code, other spellings of a code included.
var sentinels = map[string]*codeError{}

type codeError struct{ code string }

func (e *codeError) Error() string { return "ringside: " + e.code }

func sentinel(codes ...string) error {
	found := &codeError{codes[0]}
	for _, code := range codes {
		sentinels[code] = found
	}
	return found
}

// DecodeError is an answer of a Ringside resource that is not what the gateway promises.
type DecodeError struct {
	Message string
	Body    []byte
	cause   error
}

func (e *DecodeError) Error() string {
	if e.cause == nil {
		return "ringside: " + e.Message
	}
	return fmt.Sprintf("ringside: %s: %v", e.Message, e.cause)
}

func (e *DecodeError) Unwrap() error { return e.cause }

// ConfigError is a client that cannot be made of its options and environment. It quotes no secret.
type ConfigError struct{ Message string }

func (e *ConfigError) Error() string { return "ringside: " + e.Message }

// ArgumentError is an argument that no request can carry.
type ArgumentError struct{ Message string }

func (e *ArgumentError) Error() string { return "ringside: " + e.Message }

// answered is the error of a call, OpenAI's own in the form of ours. OpenAI's package has none for a refusal whose
// envelope it cannot read; the answer itself still says what happened.
func answered(err error, answer *http.Response) error {
	var host *openai.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &host):
		return newError(host, host.Response)
	case answer != nil && answer.StatusCode >= http.StatusBadRequest:
		if _, readable := peeked(answer); readable {
			return newError(&openai.Error{StatusCode: answer.StatusCode, Request: answer.Request, Response: answer}, answer)
		}
	}
	return err
}

func newError(host *openai.Error, answer *http.Response) *Error {
	body, _ := peeked(answer)
	found := envelopeOf(body).error(host, answer.Header)
	found.StatusCode, found.Body = answer.StatusCode, body
	return found
}

// peeked reads a body that OpenAI's package holds in memory, and leaves it as it was.
func peeked(answer *http.Response) ([]byte, bool) {
	body, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return body, err == nil
}

// envelope is the error object of an answer.
type envelope struct {
	Code, Type, Param, Message, RequestID, Scope string
	RetryAfterSeconds, ResetsAt                  param.Opt[int64]
}

// envelopeOf reads what it can: a proxy's answer may have any shape.
func envelopeOf(body []byte) (found envelope) {
	var whole map[string]json.RawMessage
	_ = json.Unmarshal(bytes.TrimPrefix(body, byteOrderMark), &whole)
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(whole["error"], &fields) != nil || fields == nil {
		fields = whole
	}
	// A field of another type than documented is as good as absent.
	read := func(name string, into any) { _ = json.Unmarshal(fields[name], into) }
	read("code", &found.Code)
	read("type", &found.Type)
	read("param", &found.Param)
	read("message", &found.Message)
	read("request_id", &found.RequestID)
	read("scope", &found.Scope)
	read("retry_after_seconds", &found.RetryAfterSeconds)
	read("resets_at", &found.ResetsAt)
	return found
}

// error is the envelope with what the headers say; the header's request id comes first.
func (e envelope) error(host error, header http.Header) *Error {
	found := &Error{
		Code: e.Code, Type: e.Type, Param: e.Param, Message: e.Message, RequestID: header.Get("X-Request-Id"),
		Scope: e.Scope, RetryAfterSeconds: e.RetryAfterSeconds, ResetsAt: e.ResetsAt, Header: header, host: host,
	}
	if found.RequestID == "" {
		found.RequestID = e.RequestID
	}
	wait, err := strconv.ParseUint(header.Get("Retry-After"), 10, 31)
	if !found.RetryAfterSeconds.Valid() && err == nil {
		found.RetryAfterSeconds = param.NewOpt(int64(wait))
	}
	if advice, err := strconv.ParseBool(header.Get("X-Should-Retry")); err == nil {
		found.ShouldRetry = param.NewOpt(advice)
	}
	return found
}

// RetryAfter is RetryAfterSeconds as a duration, 0 where the gateway did not say.
func (e *Error) RetryAfter() time.Duration {
	return time.Duration(e.RetryAfterSeconds.Value) * time.Second
}
