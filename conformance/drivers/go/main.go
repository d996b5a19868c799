// SPDX-License-Identifier: Apache-2.0

// Uses sdk-go as a program would, on behalf of the conformance runner (PROTOCOL.md).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3/option"
)

var capabilities = []string{"sync", "cancel", "cancel_stream", "gzip", "header_removal", "raw", "token_function", "negative_wait", "env", "multipart", "post"}

// request is one line of the runner.
type request struct {
	ID        int64
	Op        string
	Client    string
	From      string
	Options   fields
	Call      int64
	Operation string
	Path      []string
	Args      fields
	Request   fields
	Mode      string
	Take      int
	Head      bool
	Payload   string
	Headers   [][2]string
	Secrets   []string
	Secret    string
	Tolerance *float64
	Now       int64
	Time      int64
	Steps     [][]json.RawMessage
	Forks     [][][]json.RawMessage
	Count     bool
	Text      string
}

// fields are JSON values by name; a null is the text null.
type fields map[string]json.RawMessage

// as reads a field as the type a Go program would have there.
func as[T any](f fields, name string) (found T) {
	if err := json.Unmarshal(f[name], &found); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return found
}

func (f fields) has(name string) bool { return f[name] != nil }
func (f fields) isNull(name string) bool {
	return string(f[name]) == "null"
}

var (
	output  sync.Mutex
	clients sync.Map
	running sync.Map
)

// say writes one line of answer.
func say(id int64, kind string, more map[string]any) {
	line := map[string]any{"id": id, "kind": kind}
	for name, value := range more {
		line[name] = value
	}
	text, err := json.Marshal(line)
	if err != nil {
		text, _ = json.Marshal(map[string]any{"id": id, "kind": "harness_error", "message": err.Error()})
	}
	output.Lock()
	defer output.Unlock()
	_, _ = os.Stdout.Write(append(text, '\n'))
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	var open sync.WaitGroup
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintln(os.Stderr, err)
			}
			break
		}
		asked := request{Mode: "value"}
		if err := json.Unmarshal(line, &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		switch asked.Op {
		case "bye":
			say(asked.ID, "ok", nil)
			return
		case "cancel":
			if cancel, ok := running.Load(asked.Call); ok {
				cancel.(context.CancelFunc)()
			}
		default:
			ctx, cancel := context.WithCancel(context.Background())
			running.Store(asked.ID, cancel)
			open.Go(func() {
				defer cancel()
				defer running.Delete(asked.ID)
				serve(ctx, asked)
			})
		}
	}
	open.Wait()
}

// serve answers one request; what goes wrong in here is the harness's.
func serve(ctx context.Context, asked request) {
	defer func() {
		if broken := recover(); broken != nil {
			fmt.Fprintln(os.Stderr, broken, string(debug.Stack()))
			say(asked.ID, "harness_error", map[string]any{"message": fmt.Sprint(broken)})
		}
	}()
	switch asked.Op {
	case "client.new":
		client, err := ringside.NewClient(optionsOf(asked.Options)...)
		if err != nil {
			fail(asked.ID, err, nil)
			return
		}
		clients.Store(asked.Client, client)
		say(asked.ID, "ok", nil)
	case "client.derive":
		clients.Store(asked.Client, clientOf(asked.From).WithOptions(optionsOf(asked.Options)...))
		say(asked.ID, "ok", nil)
	case "client.close":
		clients.Delete(asked.Client)
		say(asked.ID, "ok", nil)
	case "call":
		call(ctx, asked)
	default:
		value, err := pure(asked)
		if err != nil {
			fail(asked.ID, err, nil)
			return
		}
		say(asked.ID, "value", map[string]any{"value": value})
	}
}

func clientOf(name string) *ringside.Client {
	found, ok := clients.Load(name)
	if !ok {
		panic("no client " + name)
	}
	return found.(*ringside.Client)
}

// optionsOf are a client's options under the SDK's names.
func optionsOf(given fields) (opts []option.RequestOption) {
	add := func(opt option.RequestOption) { opts = append(opts, opt) }
	for name := range given {
		switch name {
		case "base_url":
			add(ringside.WithBaseURL(as[string](given, name)))
		case "api_key":
			add(ringside.WithAPIKey(as[string](given, name)))
		case "client_token":
			add(ringside.WithClientToken(as[string](given, name)))
		case "client_token_sequence":
			add(ringside.WithTokenSource(ringside.NewTokenSource(sequence(as[[]string](given, name)))))
		case "customer":
			if given.isNull(name) {
				add(ringside.WithoutCustomer())
			} else {
				add(ringside.WithCustomer(as[string](given, name)))
			}
		case "tags":
			add(ringside.WithTags(as[[]string](given, name)...))
		case "webhook_secret":
			add(ringside.WithWebhookSecret(as[string](given, name)))
		default:
			opts = append(opts, requestOption(given, name)...)
		}
	}
	return opts
}

// requestOption is what a client and a call have in common.
func requestOption(given fields, name string) (opts []option.RequestOption) {
	switch name {
	case "max_retries":
		opts = append(opts, option.WithMaxRetries(as[int](given, name)))
	case "timeout_ms":
		opts = append(opts, option.WithRequestTimeout(time.Duration(as[int](given, name))*time.Millisecond))
	case "idempotency_key":
		opts = append(opts, ringside.WithIdempotencyKey(as[string](given, name)))
	case "headers":
		for header, value := range as[map[string]*string](given, name) {
			if value == nil {
				opts = append(opts, option.WithHeaderDel(header))
			} else {
				opts = append(opts, option.WithHeader(header, *value))
			}
		}
	default:
		panic("no option for " + name)
	}
	return opts
}

// sequence gives the tokens one after the other, then the last again.
func sequence(tokens []string) ringside.TokenProvider {
	next := -1
	return func(context.Context) (string, error) {
		next = min(next+1, len(tokens)-1)
		return tokens[next], nil
	}
}
