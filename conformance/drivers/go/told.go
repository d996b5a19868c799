// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"reflect"
	"strings"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

// fail tells an error in the protocol's terms; one of an unknown kind is the harness's.
func fail(id int64, err error, more map[string]any) {
	if errors.Is(err, context.Canceled) {
		say(id, "cancelled", nil)
		return
	}
	said := describe(err)
	if said["kind"] == "other" {
		fmt.Fprintf(os.Stderr, "%T %v\n", err, err)
		say(id, "harness_error", map[string]any{"message": fmt.Sprintf("%T: %v", err, err)})
		return
	}
	for name, value := range more {
		said[name] = value
	}
	say(id, "error", map[string]any{"error": said})
}

// failStream is fail for a stream, whose broken connections come without a type.
func failStream(id int64, err error) {
	if describe(err)["kind"] == "other" {
		err = &net.OpError{Op: "read", Err: err}
	}
	fail(id, err, nil)
}

// describe says what the SDK says of an error.
func describe(err error) map[string]any {
	said := map[string]any{"kind": kindOf(err), "class": className(err), "is": hosts(err), "message": err.Error(), "cause": cause(err)}
	if found, ok := ringside.AsError(err); ok {
		said["message"], said["class"] = found.Error(), "Error"
		if value := ringside.ErrorOf(found.Code); value != nil && errors.Is(found, value) {
			said["class"] = "Err" + pascal(strings.TrimPrefix(value.Error(), "ringside: "))
		}
		said["status"], said["code"], said["type"] = found.StatusCode, orNull(found.Code), orNull(found.Type)
		said["param"], said["request_id"] = orNull(found.Param), orNull(found.RequestID)
		said["retry_after_seconds"], said["should_retry"] = found.RetryAfterSeconds, found.ShouldRetry
	}
	var refused *ringside.WebhookError
	if errors.As(err, &refused) {
		said["reason"] = refused.Reason
	}
	return said
}

// cause is the type of what an error wraps, if anything.
func cause(err error) any {
	if behind := errors.Unwrap(err); behind != nil {
		return className(behind)
	}
	return nil
}

func is[T error](err error) bool {
	var found T
	return errors.As(err, &found)
}

func kindOf(err error) string {
	answered, isAnswer := ringside.AsError(err)
	switch {
	case isAnswer && answered.StatusCode == 0:
		return "stream"
	case isAnswer:
		return "api_status"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case is[*ringside.ConfigError](err):
		return "config"
	case is[*ringside.ArgumentError](err), is[*ringside.ModelRefError](err):
		return "invalid_argument"
	case is[*ringside.WebhookError](err):
		return "signature"
	case is[*ringside.DecodeError](err), is[*json.SyntaxError](err):
		return "decode"
	case is[*url.Error](err), is[net.Error](err), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "connection"
	}
	return "other"
}

// hosts are OpenAI's types in the chain. Where OpenAI's package hands out an error of the standard library as it is,
// that is its class.
func hosts(err error) (found []string) {
	names := map[string]bool{
		"openai.Error": is[*openai.Error](err), "openai.StreamError": is[*ssestream.StreamError](err),
		"openai.url.Error": is[*url.Error](err), "openai.context.DeadlineExceeded": errors.Is(err, context.DeadlineExceeded),
	}
	for name, in := range names {
		if in {
			found = append(found, name)
		}
	}
	return found
}

func className(err error) string { return strings.TrimPrefix(reflect.TypeOf(err).String(), "*") }

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func pascal(code string) (name string) {
	for word := range strings.SplitSeq(code, "_") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}
