// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// jwt is a token that says it expires then.
func jwt(name string, in time.Duration) string {
	claims := fmt.Sprintf(`{"sub":%q,"exp":%d}`, name, time.Now().Add(in).Unix())
	return "ey." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".sig"
}

// source gives the tokens one after the other and counts.
func source(asked *int, tokens ...string) *ringside.TokenSource {
	return ringside.NewTokenSource(func(context.Context) (string, error) {
		*asked++
		return tokens[min(*asked, len(tokens))-1], nil
	})
}

func sent(server *scriptedServer) string {
	var got []string
	for _, request := range server.all() {
		got = append(got, strings.TrimPrefix(request.header.Get("Authorization"), "Client "))
	}
	return strings.Join(got, " ")
}

func TestAProviderIsAskedOnceWhileItsTokenLives(t *testing.T) {
	for in, want := range map[time.Duration]int{time.Hour: 1, 5 * time.Second: 3} {
		server := newServer(t, again(3, exampleOf(t, "customers.retrieve"))...)
		asked := 0
		client := clientOf(t, server, ringside.WithTokenSource(source(&asked, jwt("a", in))))
		for range 3 {
			_, _ = client.ForCustomer("cus_1").Customers.Retrieve(t.Context(), "cus_1")
		}
		if asked != want {
			t.Errorf("a token of %v was fetched %d times", in, asked)
		}
	}
}

func TestARefusedTokenIsReplacedOnceAndTheCallRepeated(t *testing.T) {
	expired := refusal(401, "client_token_expired", "x-should-retry: false")
	server := newServer(t, expired, exampleOf(t, "customers.create"), expired, expired)
	asked := 0
	client := clientOf(t, server, ringside.WithTokenSource(source(&asked, "one", "two", "three")))
	if _, err := client.Customers.Create(t.Context(), ringside.CustomerCreateParams{ExternalID: "acme"}); err != nil {
		t.Fatal(err)
	}
	first, second := server.all()[0], server.all()[1]
	if first.body != second.body || first.header.Get("Idempotency-Key") != second.header.Get("Idempotency-Key") {
		t.Errorf("%+v then %+v", first, second)
	}
	_, err := client.Customers.Retrieve(t.Context(), "cus_1")
	if !errors.Is(err, ringside.ErrClientTokenExpired) || sent(server) != "one two two three" {
		t.Errorf("%v; sent %s", err, sent(server))
	}
}

func TestAFixedTokenAndOtherRefusalsAreFinal(t *testing.T) {
	asked := 0
	for code, opt := range map[string]option.RequestOption{
		"client_token_expired": ringside.WithClientToken("fixed"),
		"invalid_client_token": ringside.WithTokenSource(source(&asked, "one", "two")),
	} {
		server := newServer(t, refusal(401, code, "x-should-retry: false"))
		found, ok := ringside.AsError(second(clientOf(t, server, opt).Customers.Retrieve(t.Context(), "cus_1")))
		if !ok || found.Code != code || len(server.all()) != 1 || found.Message == "" {
			t.Errorf("%+v after %d requests", found, len(server.all()))
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestAStreamedCallIsRepeatedTooAndAnUploadThatCannotBeIsNot(t *testing.T) {
	expired := refusal(401, "client_token_expired", "x-should-retry: false")
	server := newServer(t, expired, events(nil, "data: {\"id\":\"c\",\"choices\":[]}\n\n", "data: [DONE]\n\n"))
	asked := 0
	client := clientOf(t, server, ringside.WithTokenSource(source(&asked, "one", "two", "three")))
	stream := client.Chat.Completions.NewStreaming(t.Context(), hello)
	if !stream.Next() || stream.Current().ID != "c" || sent(server) != "one two" {
		t.Errorf("%v; sent %s", stream.Err(), sent(server))
	}
	server = newServer(t, expired)
	client = clientOf(t, server, ringside.WithTokenSource(source(&asked, "one", "two", "three")))
	once := struct{ *strings.Reader }{strings.NewReader("hello")}
	err := client.Post(t.Context(), "raw", openai.File(once, "", ""), nil)
	if !ringside.Is(err, ringside.ErrClientTokenExpired) || len(server.all()) != 1 {
		t.Errorf("%v after %d requests", err, len(server.all()))
	}
}

func TestCallsThatAreRefusedTogetherFetchOneToken(t *testing.T) {
	server := newServer(t)
	fine, expired := exampleOf(t, "customers.retrieve"), refusal(401, "client_token_expired", "x-should-retry: false")
	server.decide = func(request received) reply {
		if request.header.Get("Authorization") == "Client token-1" {
			return expired
		}
		return fine
	}
	var turn sync.Mutex
	asked := 0
	client := clientOf(t, server, ringside.WithTokenSource(ringside.NewTokenSource(func(context.Context) (string, error) {
		turn.Lock()
		defer turn.Unlock()
		asked++
		return fmt.Sprint("token-", asked), nil
	})))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := client.Customers.Retrieve(t.Context(), "cus_1"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if asked != 2 {
		t.Errorf("%d fetches", asked)
	}
}

func TestAProvidersErrorIsTheCalls(t *testing.T) {
	down := errors.New("the mint is closed")
	for text, provider := range map[string]ringside.TokenProvider{
		"the mint is closed": func(context.Context) (string, error) { return "", down },
		"visible ASCII":      func(context.Context) (string, error) { return "hid den", nil },
	} {
		server := newServer(t)
		client := clientOf(t, server, ringside.WithTokenSource(ringside.NewTokenSource(provider)))
		_, err := client.Customers.Retrieve(t.Context(), "cus_1")
		if err == nil || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "hid") || len(server.all()) != 0 {
			t.Errorf("%v after %d requests", err, len(server.all()))
		}
	}
}

func TestATokenThatCannotBeReadIsSimplySent(t *testing.T) {
	for _, token := range []string{"x", "a.b.c", "a.!!.c", "a." + base64.RawURLEncoding.EncodeToString([]byte("[]")) + ".c"} {
		server := newServer(t, again(2, exampleOf(t, "customers.retrieve"))...)
		asked := 0
		client := clientOf(t, server, ringside.WithTokenSource(source(&asked, token)))
		_, _ = client.Customers.Retrieve(t.Context(), "cus_1")
		_, _ = client.Customers.Retrieve(t.Context(), "cus_1")
		if asked != 1 || sent(server) != token+" "+token {
			t.Errorf("%q: asked %d times, sent %s", token, asked, sent(server))
		}
	}
}

func TestACancelledCallDoesNotWaitForSomebodyElsesFetch(t *testing.T) {
	fetching, release := make(chan struct{}), make(chan struct{})
	shared := ringside.NewTokenSource(func(context.Context) (string, error) {
		close(fetching)
		<-release
		return "late", nil
	})
	client := clientOf(t, newServer(t, exampleOf(t, "customers.retrieve")), ringside.WithTokenSource(shared))
	done := make(chan error)
	go func() { done <- second(client.Customers.Retrieve(t.Context(), "cus_1")) }()
	<-fetching
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := client.Customers.Retrieve(ctx, "cus_1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
