// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
)

// refused makes a call that fails and returns the answer as an Error.
func refused(t *testing.T, one reply) *ringside.Error {
	t.Helper()
	_, err := keyed(t, newServer(t, one)).Customers.Retrieve(t.Context(), "cus_1")
	found, ok := ringside.AsError(err)
	if !ok {
		t.Fatalf("%v is no Error", err)
	}
	return found
}

func TestAnErrorHasItsFactsAndBeginsWithStatusAndCode(t *testing.T) {
	body := `{"error":{"type":"invalid_request_error","code":"customer_budget_exceeded","message":"Spent.","param":null,"request_id":"req_body","retry_after_seconds":5,"scope":"customer_budget","resets_at":1767225600}}`
	found := refused(t, answer(402, body, "x-request-id: req_header", "x-should-retry: false"))
	if found.Error() != "402 customer_budget_exceeded: Spent." || found.Type != "invalid_request_error" || found.Param != "" {
		t.Errorf("%v %+v", found, found)
	}
	if found.RequestID != "req_header" || found.RetryAfterSeconds.Value != 5 || found.RetryAfter().Seconds() != 5 {
		t.Errorf("%+v", found)
	}
	if !found.ShouldRetry.Valid() || found.ShouldRetry.Value || found.Scope != "customer_budget" || found.ResetsAt.Value != 1767225600 {
		t.Errorf("%+v", found)
	}
	if other := refused(t, refusal(404, "not_found")); other.RequestID != "req_body" || other.Param != "p" || other.ShouldRetry.Valid() {
		t.Errorf("%+v", other)
	}
	var host *openai.Error
	if !errors.As(error(found), &host) || host.StatusCode != 402 || host.Code != "customer_budget_exceeded" {
		t.Errorf("OpenAI's own error is %v", host)
	}
}

func TestEveryCodeOfTheSpecHasAValueOfItsOwn(t *testing.T) {
	seen := map[string]string{}
	for _, listed := range specification(t).Errors {
		for _, code := range append([]string{listed.Code}, listed.Aliases...) {
			found := refused(t, refusal(listed.Status, code, "x-should-retry: false"))
			matches := []string{}
			for name, value := range sentinels {
				if errors.Is(found, value) {
					matches = append(matches, name)
				}
			}
			if len(matches) != 1 {
				t.Errorf("%s is %v", code, matches)
				continue
			}
			if before, taken := seen[matches[0]]; taken && before != listed.Code {
				t.Errorf("%s and %s are both %s", before, code, matches[0])
			}
			seen[matches[0]] = listed.Code
		}
	}
}

// sentinels are the Err… values by their text.
var sentinels = func() map[string]error {
	found := map[string]error{}
	for _, value := range ringside.ErrorValues() {
		found[value.Error()] = value
	}
	return found
}()

func TestOpenAIsMethodsGiveTheSameErrorsThroughTheHelpers(t *testing.T) {
	server := newServer(t, again(2, refusal(402, "customer_wallet_empty", "x-request-id: req_1"))...)
	client := keyed(t, server)
	_, err := client.Chat.Completions.New(t.Context(), hello)
	if errors.Is(err, ringside.ErrCustomerWalletEmpty) {
		t.Error("OpenAI's error cannot be compared by itself: the helpers are not needed any more")
	}
	if !ringside.Is(err, ringside.ErrCustomerWalletEmpty) || ringside.Is(err, ringside.ErrWalletEmpty) {
		t.Error(err)
	}
	for range 2 { // looking leaves the answer as it was
		found, ok := ringside.AsError(fmt.Errorf("wrapped: %w", err))
		if !ok || found.Code != "customer_wallet_empty" || found.RequestID != "req_1" || found.Error() != "402 customer_wallet_empty: Something about customer_wallet_empty." {
			t.Errorf("%+v", found)
		}
	}
	stream := client.Chat.Completions.NewStreaming(t.Context(), hello)
	if stream.Next() || !ringside.Is(stream.Err(), ringside.ErrCustomerWalletEmpty) {
		t.Error(stream.Err())
	}
	if _, ok := ringside.AsError(errors.New("other")); ok || ringside.Is(nil, ringside.ErrWalletEmpty) {
		t.Error("what is no answer became one")
	}
}

func TestAnErrorWithoutOurEnvelopeKeepsItsBody(t *testing.T) {
	for body, want := range map[string]string{
		`<html>502 Bad Gateway</html>`:           "502 <html>502 Bad Gateway</html>",
		``:                                       "502 (no body)",
		`[1, 2]`:                                 "502 [1, 2]",
		`"oops"`:                                 `502 "oops"`,
		`{"error":null}`:                         `502 {"error":null}`,
		`{"error":"text"}`:                       `502 {"error":"text"}`,
		`{"error":[1]}`:                          `502 {"error":[1]}`,
		`{"message":"outside"}`:                  "502 outside",
		`{"error":{"message":"No code."}}`:       "502 No code.",
		`{"error":{"message":"Odd.","code":17}}`: "502 Odd.",
		"\xef\xbb\xbf" + `{"error":{"code":"x_y"}}`:       "502 x_y: \xef\xbb\xbf" + `{"error":{"code":"x_y"}}`,
		`{"error":{"message":"New.","code":"from_2030"}}`: "502 from_2030: New.",
	} {
		found := refused(t, answer(502, body, "x-should-retry: false", "retry-after: 7"))
		if found.Error() != want || found.StatusCode != 502 || string(found.Body) != body || found.RetryAfterSeconds.Value != 7 {
			t.Errorf("%q: %q, %+v", body, found.Error(), found)
		}
		if found.Unwrap() == nil {
			t.Errorf("%q has no error of the host", body)
		}
	}
}

func TestAHugeErrorBodyDoesNotBlowUpTheMessage(t *testing.T) {
	found := refused(t, answer(500, `{"error":{"message":"`+strings.Repeat("é", 500_000)+`"}}`, "x-should-retry: false"))
	if len(found.Error()) > 2_100 || len(found.Body) < 1_000_000 || !strings.HasSuffix(found.Error(), "é…") {
		t.Errorf("%d characters", len(found.Error()))
	}
}

func TestASuccessThatIsNoJSONObjectIsADecodeError(t *testing.T) {
	for _, body := range []string{`{"id": "cus_1", "obj`, `[1]`, `"x"`, `null`, ``, `<html></html>`} {
		_, err := keyed(t, newServer(t, answer(200, body))).Customers.Retrieve(t.Context(), "cus_1")
		var broken *ringside.DecodeError
		if !errors.As(err, &broken) || string(broken.Body) != body {
			t.Errorf("%q: %v", body, err)
		}
	}
	_, err := keyed(t, newServer(t, answer(200, `{"object":"list"}`))).Customers.List(t.Context(), ringside.CustomerListParams{})
	var broken *ringside.DecodeError
	if !errors.As(err, &broken) {
		t.Errorf("a list without its list: %v", err)
	}
	_, err = keyed(t, newServer(t, answer(200, `[`))).Customers.Retrieve(t.Context(), "cus_1")
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("%v does not say why", err)
	}
}

func TestAnObjectIsReadWhateverItCallsItself(t *testing.T) {
	for _, body := range []string{`{"id":"cus_1"}`, "\xef\xbb\xbf" + `{"id":"cus_1"}`} {
		found, err := keyed(t, newServer(t, answer(200, body, "content-type: text/plain"))).Customers.Retrieve(t.Context(), "cus_1")
		if err != nil || found.ID != "cus_1" {
			t.Errorf("%v, %v", found, err)
		}
	}
}
