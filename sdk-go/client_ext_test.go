// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var hello = openai.ChatCompletionNewParams{
	Model:    "fc:openai/gpt-4o-mini",
	Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
}

func wantConfigError(t *testing.T, err error) {
	t.Helper()
	var refused *ringside.ConfigError
	if !errors.As(err, &refused) {
		t.Errorf("%v is no ConfigError", err)
	}
}

func TestTheKeyTravelsInExactlyOneHeader(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.retrieve"))
	client := clientOf(t, server, ringside.WithAPIKey(" sk_test_mine\n"))
	if _, err := client.Customers.Retrieve(t.Context(), "cus_1"); err != nil {
		t.Fatal(err)
	}
	if got := server.last(t).header.Values("Authorization"); len(got) != 1 || got[0] != "Bearer sk_test_mine" {
		t.Errorf("Authorization is %q", got)
	}
}

func TestAClientTokenTravelsAsClientForEveryResource(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.retrieve"), exampleOf(t, "chat.completions.create"), answer(200, `{"id":"file_1"}`))
	client := clientOf(t, server, ringside.WithClientToken("ey.the.token"))
	_, _ = client.Customers.Retrieve(t.Context(), "cus_1")
	_, _ = client.Chat.Completions.New(t.Context(), hello)
	_, _ = client.Files.New(t.Context(), openai.FileNewParams{File: strings.NewReader("hello"), Purpose: "user_data"})
	if len(server.all()) != 3 {
		t.Fatalf("%d requests", len(server.all()))
	}
	for _, request := range server.all() {
		if got := request.header.Values("Authorization"); len(got) != 1 || got[0] != "Client ey.the.token" {
			t.Errorf("%s: Authorization is %q", request.target, got)
		}
	}
}

func TestSettingsComeFromTheEnvironmentUnlessGiven(t *testing.T) {
	server := newServer(t, again(2, exampleOf(t, "customers.retrieve"))...)
	t.Setenv("FC_API_KEY", "sk_test_env")
	t.Setenv("FC_BASE_URL", server.url+"/")
	for _, opts := range [][]option.RequestOption{nil, {ringside.WithAPIKey("sk_test_given")}} {
		client, err := ringside.NewClient(opts...)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = client.Customers.Retrieve(t.Context(), "cus_1")
	}
	first, second := server.all()[0], server.all()[1]
	if first.header.Get("Authorization") != "Bearer sk_test_env" || second.header.Get("Authorization") != "Bearer sk_test_given" {
		t.Errorf("%q, then %q", first.header.Get("Authorization"), second.header.Get("Authorization"))
	}
}

func TestNothingOfOpenAIsEnvironmentLeavesTheMachine(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.retrieve"), exampleOf(t, "chat.completions.create"))
	for name, value := range map[string]string{
		"OPENAI_API_KEY": "secret-key", "OPENAI_ADMIN_KEY": "secret-admin", "OPENAI_ORG_ID": "secret-org",
		"OPENAI_PROJECT_ID": "secret-project", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
		"OPENAI_WEBHOOK_SECRET": "secret-webhook", "OPENAI_CUSTOM_HEADERS": "X-Leak: secret-header\nAuthorization: Bearer secret-other\nAccept: secret/accept\nUser-Agent: secret-agent",
	} {
		t.Setenv(name, value)
	}
	client := keyed(t, server)
	_, _ = client.Customers.Retrieve(t.Context(), "cus_1")
	_, _ = client.Chat.Completions.New(t.Context(), hello)
	if len(server.all()) != 2 {
		t.Fatalf("%d requests", len(server.all()))
	}
	for _, request := range server.all() {
		if shown := fmt.Sprint(request.header); strings.Contains(shown, "secret") || request.header.Get("OpenAI-Organization") != "" {
			t.Errorf("%s: %s", request.target, shown)
		}
		if request.header.Get("Accept") != "application/json" {
			t.Errorf("Accept is %q", request.header.Get("Accept"))
		}
	}
	if _, err := client.Webhooks.Sign([]byte("{}")); err == nil {
		t.Error("OpenAI's webhook secret was used")
	}
}

func TestAClientThatCannotBeMadeSaysSoAndQuotesNoSecret(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "sk-openai")
	t.Setenv("FC_API_KEY", "")
	key, token := ringside.WithAPIKey("sk_test_hidden"), ringside.WithClientToken("ey.hidden.token")
	for name, opts := range map[string][]option.RequestOption{
		"no credentials":         nil,
		"OpenAI's key option":    {option.WithAPIKey("sk_test_hidden")},
		"both":                   {key, token},
		"an empty key":           {ringside.WithAPIKey(" ")},
		"a key with a blank":     {ringside.WithAPIKey("sk hidden")},
		"a token with a blank":   {ringside.WithClientToken("ey hidden")},
		"no token source":        {ringside.WithTokenSource(nil)},
		"no URL":                 {key, ringside.WithBaseURL("gateway")},
		"a URL with a password":  {key, ringside.WithBaseURL("https://u:hidden@host/v1")},
		"a customer of no ASCII": {key, ringside.WithCustomer("Zoë")},
		"a customer on lines":    {key, ringside.WithCustomer("a\nb")},
		"a tag with a comma":     {key, ringside.WithTags("a,b")},
	} {
		client, err := ringside.NewClient(opts...)
		wantConfigError(t, err)
		if client != nil || strings.Contains(fmt.Sprint(err), "hidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheCustomerIsSentAndACallsOwnWins(t *testing.T) {
	server := newServer(t, again(5, exampleOf(t, "chat.completions.create"))...)
	client := keyed(t, server, ringside.WithCustomer("cus_default"), ringside.WithTags("feature:chat", "team:a"))
	chat := func(opts ...option.RequestOption) {
		if _, err := client.Chat.Completions.New(t.Context(), hello, opts...); err != nil {
			t.Fatal(err)
		}
	}
	chat()
	chat(ringside.WithCustomer("cus_mine"), ringside.WithTags("one"))
	chat(option.WithHeader("fc-customer", "cus_by_header"))
	chat(ringside.WithoutCustomer())
	var got []string
	for _, request := range server.all() {
		got = append(got, request.header.Get("FC-Customer")+"|"+strings.Join(request.header.Values("FC-Tag"), "|"))
	}
	want := "[cus_default|feature:chat, team:a cus_mine|one cus_by_header|feature:chat, team:a |feature:chat, team:a]"
	if fmt.Sprint(got) != want {
		t.Errorf("%q", got)
	}
}

func TestADerivedClientKeepsEverythingButWhatWasChanged(t *testing.T) {
	server := newServer(t, again(3, exampleOf(t, "customers.retrieve"))...)
	client := keyed(t, server, ringside.WithCustomer("cus_first"), ringside.WithTags("a"), option.WithHeader("X-Mine", "kept"), ringside.WithWebhookSecret("whsec_1"))
	theirs := client.ForCustomer("cus_second")
	token := client.WithOptions(ringside.WithClientToken("ey.a.b"), ringside.WithoutCustomer())
	for _, one := range []*ringside.Client{theirs, client, token} {
		if _, err := one.Customers.Retrieve(t.Context(), "cus_1"); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, request := range server.all() {
		h := request.header
		got = append(got, strings.Join([]string{h.Get("Authorization"), h.Get("FC-Customer"), h.Get("FC-Tag"), h.Get("X-Mine")}, " "))
	}
	want := []string{"Bearer sk_test_go cus_second a kept", "Bearer sk_test_go cus_first a kept", "Client ey.a.b  a kept"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
	if _, err := theirs.Webhooks.Sign([]byte("{}")); err != nil {
		t.Error(err)
	}
	if server.dialled() > 2 { // three pools would have made three
		t.Errorf("%d connections", server.dialled())
	}
}

func TestADerivedClientThatCannotBeSaysSoAtEveryCallAndSendsNothing(t *testing.T) {
	server := newServer(t)
	client := keyed(t, server, option.WithMaxRetries(2))
	broken := client.ForCustomer("Zoë")
	_, own := broken.Customers.Retrieve(t.Context(), "cus_1")
	_, host := broken.Chat.Completions.New(t.Context(), hello)
	_, call := client.Chat.Completions.New(t.Context(), hello, ringside.WithTags("a,b"))
	_, key := client.Customers.Create(t.Context(), ringside.CustomerCreateParams{}, ringside.WithIdempotencyKey(""))
	for _, err := range []error{own, host, call, key} {
		wantConfigError(t, err)
	}
	if len(server.all()) != 0 {
		t.Errorf("%d requests", len(server.all()))
	}
}

func TestTheAddressMayHaveAPathAndAQuery(t *testing.T) {
	for suffix, want := range map[string]string{
		"":               "/v1/customers/cus_1",
		"/":              "/v1/customers/cus_1",
		"/behind/proxy/": "/v1/behind/proxy/customers/cus_1",
		"?team=a&x=1":    "/v1/customers/cus_1?team=a&x=1",
	} {
		server := newServer(t, exampleOf(t, "customers.retrieve"))
		client := keyed(t, server, ringside.WithBaseURL(server.url+suffix))
		if _, err := client.Customers.Retrieve(t.Context(), "cus_1"); err != nil || server.last(t).target != want {
			t.Errorf("%q: %v, %q", suffix, err, server.last(t).target)
		}
	}
}

func TestIdsReachTheGatewayAsOneRawSegment(t *testing.T) {
	for id, want := range map[string]string{
		"ext:a/b?c#d%e": "/v1/customers/ext:a%2Fb%3Fc%23d%25e/wallet",
		"ext:Zoë 🥊":     "/v1/customers/ext:Zo%C3%AB%20%F0%9F%A5%8A/wallet",
		"ext:..":        "/v1/customers/ext:../wallet",
	} {
		server := newServer(t, exampleOf(t, "customers.wallet.retrieve"))
		_, err := keyed(t, server).Customers.Wallet.Retrieve(t.Context(), id, ringside.WalletRetrieveParams{})
		if err != nil || server.last(t).target != want {
			t.Errorf("%q: %v, %q", id, err, server.last(t).target)
		}
	}
	server := newServer(t)
	for _, id := range []string{"", ".", "..", "ext:\xff"} {
		_, err := keyed(t, server).Customers.Retrieve(t.Context(), id)
		var refused *ringside.ArgumentError
		if !errors.As(err, &refused) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(server.all()) != 0 {
		t.Error("a request went out")
	}
}

func TestTheUserAgentNamesBothPackagesAndNothingShowsASecret(t *testing.T) {
	server := newServer(t, refusal(403, "insufficient_scope"))
	client := keyed(t, server, ringside.WithAPIKey("sk_test_never_shown"), ringside.WithWebhookSecret("never_shown"))
	_, err := client.Customers.Retrieve(t.Context(), "cus_1")
	token := clientOf(t, server, ringside.WithClientToken("ey.never_shown.x"))
	for _, shown := range []string{fmt.Sprint(err), fmt.Sprintf("%v %+v %#v", client, *client, client), fmt.Sprintf("%v %+v %#v", token, *token, token)} {
		if strings.Contains(shown, "never_shown") {
			t.Error(shown)
		}
	}
	agent := server.last(t).header.Get("User-Agent")
	if !strings.HasPrefix(agent, "OpenAI/Go ") || !strings.HasSuffix(agent, " ringside-go/"+ringside.Version) {
		t.Errorf("User-Agent is %q", agent)
	}
}

func TestARedirectToAnotherOriginGetsNoCredential(t *testing.T) {
	other := newServer(t, exampleOf(t, "customers.retrieve"))
	server := newServer(t, answer(307, "", "location: "+other.url+"/customers/cus_1"), answer(307, "", "location: /v1/elsewhere"), exampleOf(t, "customers.retrieve"))
	client := keyed(t, server)
	if _, err := client.Customers.Retrieve(t.Context(), "cus_1"); err == nil || len(other.all()) != 0 {
		t.Errorf("%v; the other origin saw %v", err, other.all())
	}
	if _, err := client.Customers.Retrieve(t.Context(), "cus_1"); err != nil || server.last(t).header.Get("Authorization") == "" {
		t.Errorf("within the origin: %v, %v", err, server.last(t).header)
	}
}

func TestManyCallsOneAfterTheOtherUseFewConnections(t *testing.T) {
	server := newServer(t, again(200, exampleOf(t, "customers.retrieve"))...)
	client := keyed(t, server)
	for range 200 {
		if _, err := client.ForCustomer("cus_1").Customers.Retrieve(t.Context(), "cus_1"); err != nil {
			t.Fatal(err)
		}
	}
	// Not one: Go's pool gets a connection back a moment after the answer.
	if server.dialled() > 20 {
		t.Errorf("%d connections", server.dialled())
	}
}

func TestAHostsOwnTransportIsUsed(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.retrieve"))
	used := false
	transport := roundTrip(func(request *http.Request) (*http.Response, error) {
		used = true
		return http.DefaultTransport.RoundTrip(request)
	})
	client := keyed(t, server, option.WithHTTPClient(&http.Client{Transport: transport}))
	if _, err := client.Customers.Retrieve(context.Background(), "cus_1"); err != nil || !used {
		t.Errorf("%v, used %v", err, used)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }
