// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// page is a list's answer; an empty cursor is null.
func page(more bool, cursor string, ids ...string) reply {
	quoted := func(text string) string {
		if text == "" {
			return "null"
		}
		return fmt.Sprintf("%q", text)
	}
	first, rows := "", []string{}
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"id":%q}`, id))
	}
	if len(ids) > 0 {
		first = ids[0]
	}
	return answer(200, fmt.Sprintf(`{"object":"list","data":[%s],"has_more":%v,"next_cursor":%s,"first_id":%s,"last_id":null}`,
		strings.Join(rows, ","), more, quoted(cursor), quoted(first)))
}

// walked is the ids of all items, the error at the end, and the queries that were asked.
func walked(t *testing.T, query ringside.CustomerListParams, script []reply, opts ...option.RequestOption) (ids, asked []string, err error) {
	t.Helper()
	server := newServer(t, script...)
	for customer, failed := range keyed(t, server, opts...).Customers.All(t.Context(), query) {
		if err = failed; err == nil {
			ids = append(ids, customer.ID)
		}
	}
	for _, request := range server.all() {
		asked = append(asked, strings.TrimPrefix(request.target, "/v1/customers"))
	}
	return ids, asked, err
}

func TestAllPagesAreWalkedInOrderWithFiltersAndHeadersKept(t *testing.T) {
	query := ringside.CustomerListParams{ExternalID: openai.String("acme"), Limit: openai.Int(1)}
	script := []reply{page(true, "a+b/c=&d e", "cus_1", "cus_2"), page(true, "cus_3", "cus_3"), page(false, "", "cus_4")}
	ids, asked, err := walked(t, query, script)
	if err != nil || fmt.Sprint(ids) != "[cus_1 cus_2 cus_3 cus_4]" {
		t.Errorf("%v, %v", ids, err)
	}
	want := "?external_id=acme&limit=1 ?after=a%2Bb%2Fc%3D%26d+e&external_id=acme&limit=1 ?after=cus_3&external_id=acme&limit=1"
	if strings.Join(asked, " ") != want {
		t.Error(asked)
	}
}

func TestGoingBackwardsFollowsTheFirstID(t *testing.T) {
	ids, asked, err := walked(t, ringside.CustomerListParams{Before: openai.String("cus_9")},
		[]reply{page(true, "cus_8", "cus_7", "cus_8"), page(false, "", "cus_6")})
	if err != nil || fmt.Sprint(ids) != "[cus_7 cus_8 cus_6]" || fmt.Sprint(asked) != "[?before=cus_9 ?before=cus_7]" {
		t.Errorf("%v %v %v", ids, err, asked)
	}
}

func TestAnEmptyPageIsTheEndOnlyWhenNothingIsBehindIt(t *testing.T) {
	for want, script := range map[string][]reply{
		"[] 1":      {page(false, "")},
		"[a b] 3":   {page(true, "a", "a"), page(true, "cus_9"), page(false, "", "b")},
		"[cus_1] 1": {page(true, "", "cus_1")},
	} {
		ids, asked, err := walked(t, ringside.CustomerListParams{}, script)
		if got := fmt.Sprint(ids, len(asked)); err != nil || got != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
}

func TestACursorHandedOutTwiceIsAnErrorNotAnEndlessLoop(t *testing.T) {
	for _, script := range [][]reply{
		{page(true, "x", "a"), page(true, "x", "b")},
		{page(true, "x", "a"), page(true, "y", "b"), page(true, "x", "c")},
	} {
		ids, asked, err := walked(t, ringside.CustomerListParams{}, script)
		var repeated *ringside.DecodeError
		if !errors.As(err, &repeated) || len(ids) != len(script) || len(asked) != len(script) {
			t.Errorf("%v %v %v", ids, err, asked)
		}
	}
	if _, asked, err := walked(t, ringside.CustomerListParams{After: openai.String("x")}, []reply{page(true, "x", "a")}); err == nil || len(asked) != 1 {
		t.Errorf("the cursor the list began at: %v %v", err, asked)
	}
}

func TestLeavingTheLoopStopsFetching(t *testing.T) {
	server := newServer(t, page(true, "b", "a", "b"), page(false, "", "c"))
	for customer, err := range keyed(t, server).Customers.All(t.Context(), ringside.CustomerListParams{}) {
		if err != nil || customer.ID == "b" {
			break
		}
	}
	if len(server.all()) != 1 {
		t.Errorf("%d requests", len(server.all()))
	}
}

func TestAnErrorOnPageTwoComesAfterTheItemsOfPageOne(t *testing.T) {
	ids, _, err := walked(t, ringside.CustomerListParams{}, []reply{page(true, "b", "a", "b"), refusal(403, "insufficient_scope")})
	if len(ids) != 2 || !errors.Is(err, ringside.ErrInsufficientScope) {
		t.Errorf("%v %v", ids, err)
	}
}

func TestPageTwoIsRetried(t *testing.T) {
	script := []reply{page(true, "a", "a"), refusal(500, "internal_error", "retry-after-ms: 5"), page(false, "", "b")}
	ids, asked, err := walked(t, ringside.CustomerListParams{}, script, option.WithMaxRetries(1))
	if err != nil || len(ids) != 2 || len(asked) != 3 {
		t.Errorf("%v %v %v", ids, err, asked)
	}
}

func TestPageByPage(t *testing.T) {
	server := newServer(t, page(true, "a", "a"), page(false, "", "b"))
	first, err := keyed(t, server).Customers.List(t.Context(), ringside.CustomerListParams{}, option.WithHeader("X-Mine", "yes"))
	if err != nil || !first.HasNext() || len(first.Data) != 1 {
		t.Fatalf("%v %v", first, err)
	}
	second, err := first.Next(t.Context())
	if err != nil || second.Data[0].ID != "b" || second.HasNext() || server.last(t).header.Get("X-Mine") != "yes" {
		t.Fatalf("%v %v", second, err)
	}
	if none, err := second.Next(t.Context()); none != nil || err != nil {
		t.Errorf("%v %v", none, err)
	}
}
