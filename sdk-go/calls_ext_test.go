// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3/option"
)

// authorizations are the credentials that left, one a request.
func authorizations(server *scriptedServer) (sent []string) {
	for _, request := range server.all() {
		sent = append(sent, fmt.Sprint(request.header.Values("Authorization")))
	}
	return sent
}

func TestACallsOwnCredentialIsTheOnlyOneThatLeaves(t *testing.T) {
	asked := 0
	live := jwt("other", time.Hour)
	other := func() *ringside.TokenSource { return source(&asked, live) }
	clients := map[string]option.RequestOption{
		"a key": ringside.WithAPIKey("sk_test_go"), "a token": ringside.WithClientToken("ey.first.token"),
		"a source": ringside.WithTokenSource(ringside.NewTokenSource(func(context.Context) (string, error) {
			t.Error("the client's own source was asked")
			return "ey.first.token", nil
		})),
	}
	calls := map[string]struct {
		opts []option.RequestOption
		want string
	}{
		"a token":             {[]option.RequestOption{ringside.WithClientToken("ey.second.token")}, "[Client ey.second.token]"},
		"a source":            {[]option.RequestOption{ringside.WithTokenSource(other())}, "[Client " + live + "]"},
		"a key":               {[]option.RequestOption{ringside.WithAPIKey("sk_test_second")}, "[Bearer sk_test_second]"},
		"a token, then two":   {[]option.RequestOption{ringside.WithClientToken("ey.x"), ringside.WithTokenSource(other()), ringside.WithClientToken("ey.y")}, "[Client ey.y]"},
		"a token, then a key": {[]option.RequestOption{ringside.WithClientToken("ey.x"), ringside.WithAPIKey("sk_test_z")}, "[Bearer sk_test_z]"},
		"a key, then a token": {[]option.RequestOption{ringside.WithAPIKey("sk_test_z"), ringside.WithClientToken("ey.x")}, "[Client ey.x]"},
		"a header":            {[]option.RequestOption{option.WithHeader("Authorization", "Client ey.z")}, "[Client ey.z]"},
	}
	for kind, credential := range clients {
		for given, call := range calls {
			server := newServer(t, exampleOf(t, "customers.retrieve"), exampleOf(t, "chat.completions.create"))
			client := clientOf(t, server, credential)
			_, own := client.Customers.Retrieve(t.Context(), "cus_1", call.opts...)
			_, host := client.Chat.Completions.New(t.Context(), hello, call.opts...)
			if got := authorizations(server); own != nil || host != nil || !slices.Equal(got, []string{call.want, call.want}) {
				t.Errorf("a client with %s, a call with %s: %v, %v, sent %q", kind, given, own, host, got)
			}
		}
	}
}

func TestACallsOwnSourceIsAskedAgainWhenItsTokenHasExpired(t *testing.T) {
	expired := refusal(401, "client_token_expired", "x-should-retry: false")
	server := newServer(t, expired, exampleOf(t, "customers.retrieve"))
	asked := 0
	_, err := keyed(t, server).Customers.Retrieve(t.Context(), "cus_1", ringside.WithTokenSource(source(&asked, "one", "two")))
	if err != nil || sent(server) != "one two" {
		t.Errorf("%v; sent %s", err, sent(server))
	}
}

func TestACallWithoutTagsSendsNoHeaderForThem(t *testing.T) {
	server := newServer(t, again(2, exampleOf(t, "customers.retrieve"))...)
	client := keyed(t, server, ringside.WithTags("a"))
	for _, call := range []func() error{
		func() error { return second(client.Customers.Retrieve(t.Context(), "cus_1", ringside.WithTags())) },
		func() error {
			return second(client.WithOptions(ringside.WithTags()).Customers.Retrieve(t.Context(), "cus_1"))
		},
	} {
		if err := call(); err != nil {
			t.Error(err)
		}
		if tags, has := server.last(t).header["Fc-Tag"]; has {
			t.Errorf("FC-Tag is %q", tags)
		}
	}
}
