// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var uuid4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func topup(t *testing.T, client *ringside.Client, opts ...option.RequestOption) error {
	t.Helper()
	_, err := client.Customers.Wallet.Topup(t.Context(), "cus_1", ringside.WalletTopupParams{AmountUSD: ringside.USD("1")}, opts...)
	return err
}

func TestTheKeyIsTheSameOnEveryAttemptAndAnotherOnEveryCall(t *testing.T) {
	failed := refusal(500, "internal_error", "retry-after-ms: 5")
	server := newServer(t, failed, hangUp, exampleOf(t, "customers.wallet.topup"), exampleOf(t, "customers.wallet.topup"))
	client := keyed(t, server, option.WithMaxRetries(2))
	for range 2 {
		if err := topup(t, client); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	for _, request := range server.all() {
		keys = append(keys, request.header.Get("Idempotency-Key"))
	}
	if len(keys) != 4 || keys[0] != keys[1] || keys[1] != keys[2] || keys[2] == keys[3] || !uuid4.MatchString(keys[0]) {
		t.Errorf("%q", keys)
	}
}

func TestAKeyGivenWinsAndNothingElseCarriesOne(t *testing.T) {
	server := newServer(t, again(4, exampleOf(t, "customers.wallet.topup"))...)
	client := keyed(t, server)
	_ = topup(t, client, ringside.WithIdempotencyKey("mine-1"))
	_ = topup(t, client, option.WithHeader("idempotency-key", "mine-2"))
	_, _ = client.Customers.Retrieve(t.Context(), "cus_1")
	_, _ = client.Chat.Completions.New(t.Context(), hello)
	var keys []string
	for _, request := range server.all() {
		keys = append(keys, request.header.Get("Idempotency-Key"))
	}
	if len(keys) != 4 || keys[0] != "mine-1" || keys[1] != "mine-2" || keys[2]+keys[3] != "" {
		t.Errorf("%q", keys)
	}
}

func TestTheGatewaysAdviceOnRetriesIsObeyed(t *testing.T) {
	fine := exampleOf(t, "customers.retrieve")
	for name, test := range map[string]struct {
		script []reply
		sent   int
		works  bool
	}{
		"a 500 is tried again":                 {[]reply{refusal(500, "internal_error", "retry-after-ms: 5"), fine}, 2, true},
		"a veto on a 500":                      {[]reply{refusal(500, "internal_error", "x-should-retry: false"), fine}, 1, false},
		"a wish on a 400":                      {[]reply{refusal(400, "invalid_request", "x-should-retry: true", "retry-after-ms: 5"), fine}, 2, true},
		"a 402 is final":                       {[]reply{refusal(402, "wallet_empty"), fine}, 1, false},
		"a wait of more than a minute":         {[]reply{refusal(429, "account_rate_limit_exceeded", "retry-after: 61"), fine}, 1, false},
		"advice that is none":                  {[]reply{refusal(503, "service_unavailable", "retry-after: soon", "retry-after-ms: -5"), fine}, 2, true},
		"a broken connection":                  {[]reply{hangUp, fine}, 2, true},
		"three times in vain":                  {[]reply{hangUp, refusal(500, "internal_error", "retry-after-ms: 5"), refusal(503, "service_unavailable")}, 3, false},
		"a body that is shorter than promised": {[]reply{cutShort, fine}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, test.script...)
			_, err := keyed(t, server, option.WithMaxRetries(2)).Customers.Retrieve(t.Context(), "cus_1")
			if (err == nil) != test.works || len(server.all()) != test.sent {
				t.Errorf("%v after %d requests", err, len(server.all()))
			}
		})
	}
}

func cutShort(connection net.Conn) {
	_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":")
	_ = connection.Close()
}

func TestAPortNobodyListensOnIsAConnectionError(t *testing.T) {
	server := newServer(t)
	_, err := keyed(t, server, ringside.WithBaseURL("http://127.0.0.1:9/v1")).Customers.Retrieve(t.Context(), "cus_1")
	var broken *url.Error
	if !errors.As(err, &broken) {
		t.Errorf("%T %v", err, err)
	}
}

func TestSilenceEndsInATimeoutOfTheAttempt(t *testing.T) {
	stalls := map[string]reply{"before the headers": stall, "in mid-body": func(connection net.Conn) {
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":")
	}}
	for name, one := range stalls {
		server := newServer(t, one)
		start := time.Now()
		_, err := keyed(t, server, option.WithRequestTimeout(150*time.Millisecond)).Customers.Retrieve(t.Context(), "cus_1")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(start))
		}
		waitClosed(t, server)
	}
}

func TestEveryCallHasATimeLimit(t *testing.T) {
	server := newServer(t, again(2, exampleOf(t, "chat.completions.create"))...)
	client := keyed(t, server)
	_, _ = client.Chat.Completions.New(t.Context(), hello)
	_, _ = client.Chat.Completions.New(t.Context(), hello, option.WithRequestTimeout(3*time.Second))
	if first, second := server.all()[0].header.Get("X-Stainless-Timeout"), server.last(t).header.Get("X-Stainless-Timeout"); first != "600" || second != "3" {
		t.Errorf("%s and %s seconds", first, second)
	}
}

func TestCancellingClosesTheConnection(t *testing.T) {
	server := newServer(t, stall)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(server.all()) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := keyed(t, server, option.WithMaxRetries(2)).Customers.Retrieve(ctx, "cus_1")
	if !errors.Is(err, context.Canceled) || len(server.all()) != 1 {
		t.Errorf("%v after %d requests", err, len(server.all()))
	}
	waitClosed(t, server)
}

func waitClosed(t *testing.T, server *scriptedServer) {
	t.Helper()
	select {
	case <-server.closed:
	case <-time.After(20 * time.Second):
		t.Error("the connection is still open")
	}
}

func TestSixtyFourCallsAtOnceOnOneClientLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	server := newServer(t, again(128, exampleOf(t, "customers.retrieve"))...)
	client := keyed(t, server)
	for range 2 {
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				if _, err := client.ForCustomer("cus_1").Customers.Retrieve(t.Context(), "cus_1"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if server.dialled() > 100 {
		t.Errorf("%d connections", server.dialled())
	}
	// Two for each connection that is kept, one of the server's, and those of the test. A busy machine ends them late.
	most := before + 3*server.dialled() + 10
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > most && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if now := runtime.NumGoroutine(); now > most {
		t.Errorf("%d goroutines, %d before", now, before)
	}
}

func TestLeavingAStreamClosesTheConnection(t *testing.T) {
	chunk := "data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
	server := newServer(t, func(connection net.Conn) {
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"+chunk)
	})
	stream := keyed(t, server).Chat.Completions.NewStreaming(t.Context(), hello)
	if !stream.Next() {
		t.Fatal(stream.Err())
	}
	_ = stream.Close()
	waitClosed(t, server)
}

func TestAStreamIsReadToItsEndOrSaysWhyNot(t *testing.T) {
	chunk := "data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"é🥊\"}}]}\n\n"
	told := `data: {"error":{"type":"upstream_error","code":"upstream_error","message":"The provider broke off."}}` + "\n\n"
	for name, test := range map[string]struct {
		one   reply
		text  string
		fails bool
	}{
		"whole":          {events([]string{"x-ringside-model-resolved: fc:openai/m"}, chunk, chunk, "data: [DONE]\n\n"), "é🥊é🥊", false},
		"without a mark": {events(nil, chunk), "é🥊", false},
		"with an error":  {events(nil, chunk, told), "é🥊", true},
		"refused":        {refusal(402, "wallet_empty"), "", true},
	} {
		stream := keyed(t, newServer(t, test.one)).Chat.Completions.NewStreaming(t.Context(), hello)
		accumulated := openai.ChatCompletionAccumulator{}
		text := ""
		for stream.Next() {
			accumulated.AddChunk(stream.Current())
			text += stream.Current().Choices[0].Delta.Content
		}
		if text != test.text || (stream.Err() != nil) != test.fails {
			t.Errorf("%s: %q, %v", name, text, stream.Err())
		}
		if name == "with an error" && !ringside.Is(stream.Err(), ringside.ErrUpstream) {
			t.Errorf("%v is not the error of the stream", stream.Err())
		}
	}
}
