// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
)

// sameJSON compares texts as JSON.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var one, other any
	if err := json.Unmarshal([]byte(got), &one); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &other); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, other) {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func written(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestACustomerIsCreatedWithWireNamesAndComesBackWhole(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.create"))
	made, err := keyed(t, server).Customers.Create(t.Context(), ringside.CustomerCreateParams{
		ExternalID: "acme", Name: openai.String("Acme <&>"), BudgetUSD: param.NewOpt(ringside.USD("12.50")),
		RateLimitRPM: openai.Int(60), Metadata: map[string]string{"plan": "pro"},
	})
	if err != nil {
		t.Fatal(err)
	}
	request := server.last(t)
	if request.method != "POST" || request.target != "/v1/customers" || request.header.Get("Content-Type") != "application/json" {
		t.Errorf("%+v", request)
	}
	sameJSON(t, request.body, `{"external_id":"acme","name":"Acme <&>","budget_usd":12.5,"rate_limit_rpm":60,"metadata":{"plan":"pro"}}`)
	body, _ := exampleBody(t, "customers.create")
	sameJSON(t, written(t, made), body)
}

func TestAnUpdateClearsWhatIsNullAndLeavesWhatIsAbsent(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.update"))
	_, err := keyed(t, server).Customers.Update(t.Context(), "cus_1", ringside.CustomerUpdateParams{
		Name: param.Null[string](), BudgetUSD: param.Null[ringside.Decimal](), Email: openai.String(""),
		Metadata: param.NullMap[map[string]string](), Status: ringside.CustomerStatusBlocked,
	})
	if err != nil {
		t.Fatal(err)
	}
	if server.last(t).method != "PATCH" {
		t.Error(server.last(t).method)
	}
	sameJSON(t, server.last(t).body, `{"name":null,"budget_usd":null,"email":"","metadata":null,"status":"blocked"}`)
}

func TestZeroIsSentAndIsNotAbsent(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.update"))
	_, _ = keyed(t, server).Customers.Update(t.Context(), "cus_1", ringside.CustomerUpdateParams{
		BudgetUSD: param.NewOpt(ringside.Decimal{}), RateLimitRPM: openai.Int(0), Metadata: map[string]string{},
	})
	sameJSON(t, server.last(t).body, `{"budget_usd":0,"rate_limit_rpm":0,"metadata":{}}`)
}

func TestWhatThisVersionDoesNotKnowIsKeptAndWrittenAgain(t *testing.T) {
	text := `{"id":"cus_1","Id":"other","status":"hibernating","loyalty":{"level":[1,2.50,null]},"budget_usd":null,"created_at":9007199254740993,"external_id":null,"spend_usd_mtd":"many"}`
	server := newServer(t, answer(200, text))
	found, err := keyed(t, server).Customers.Retrieve(t.Context(), "cus_1")
	if err != nil {
		t.Fatal(err)
	}
	if found.ID != "cus_1" || found.Status != "hibernating" || found.CreatedAt != 9007199254740993 || found.ExternalID != "" {
		t.Errorf("%+v", found)
	}
	if found.BudgetUSD.Valid() || found.JSON.Field("budget_usd").Raw() != "null" || found.JSON.Field("email").Raw() != "" {
		t.Error("null, absent and there are three things")
	}
	if found.JSON.Field("spend_usd_mtd").Valid() || found.SpendUSDMtd != (ringside.Decimal{}) {
		t.Error("a text that is no amount was read as one")
	}
	if found.JSON.ExtraFields["loyalty"].Raw() != `{"level":[1,2.50,null]}` || found.RawJSON() != text {
		t.Error(found.JSON.ExtraFields)
	}
	sameJSON(t, written(t, found), text)
	var again ringside.Customer
	if err := json.Unmarshal([]byte(written(t, *found)), &again); err != nil || again.JSON.ExtraFields["Id"].Raw() != `"other"` {
		t.Errorf("%v %+v", err, again.JSON)
	}
}

func TestAnObjectMadeByHandIsWrittenWithItsFields(t *testing.T) {
	text := written(t, ringside.WalletTransaction{ID: "txn_1", AmountUSD: ringside.USD("-0.5"), Description: openai.String("d")})
	for _, part := range []string{`"id":"txn_1"`, `"amount_usd":-0.5`, `"description":"d"`} {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %s", text, part)
		}
	}
	if strings.Contains(text, "request_id") {
		t.Error("an absent field was written: " + text)
	}
}

func TestAmountsSurviveWithEveryDigit(t *testing.T) {
	for _, text := range []string{"0", "0.1", "999999999", "0.000000001", "123456.123456789", "-7", "900719925474099.123456789"} {
		server := newServer(t, answer(200, `{"id":"txn_1","amount_usd":`+text+`,"balance_after_usd":`+text+`}`))
		row, err := keyed(t, server).Customers.Wallet.Topup(t.Context(), "cus_1", ringside.WalletTopupParams{AmountUSD: ringside.USD(text)})
		if err != nil || row.AmountUSD.String() != text {
			t.Errorf("%s came back as %v, %v", text, row, err)
		}
		if server.last(t).body != `{"amount_usd":`+text+`}` {
			t.Errorf("%s went out as %s", text, server.last(t).body)
		}
	}
}

func TestAWalletIsReadWithItsNewestTransactions(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.wallet.retrieve"))
	wallet, err := keyed(t, server).Customers.Wallet.Retrieve(t.Context(), "cus_1", ringside.WalletRetrieveParams{Limit: openai.Int(1)})
	if err != nil || server.last(t).target != "/v1/customers/cus_1/wallet?limit=1" {
		t.Fatalf("%v, %s", err, server.last(t).target)
	}
	body, _ := exampleBody(t, "customers.wallet.retrieve")
	sameJSON(t, written(t, wallet), body)
}

func TestAQueryHasOnlyWhatIsSet(t *testing.T) {
	server := newServer(t, again(2, exampleOf(t, "usage.retrieve"))...)
	client := keyed(t, server)
	_, _ = client.Usage.Retrieve(t.Context(), ringside.UsageRetrieveParams{})
	_, err := client.Usage.Retrieve(t.Context(), ringside.UsageRetrieveParams{
		GroupBy: ringside.UsageGroupByModel, Since: openai.String("2026-11-01"), Customer: openai.String("ext:a&b"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if first := server.all()[0].target; first != "/v1/usage" {
		t.Error(first)
	}
	if second := server.all()[1].target; second != "/v1/usage?customer=ext%3Aa%26b&group_by=model&since=2026-11-01" {
		t.Error(second)
	}
}

func TestModelsHaveOpenAIsMethodsAndResolve(t *testing.T) {
	server := newServer(t, exampleOf(t, "models.resolve"), exampleOf(t, "models.list"))
	client := keyed(t, server)
	found, err := client.Models.Resolve(t.Context(), ringside.ModelResolveParams{Ref: "match:anthropic/sonnet>=4"})
	if err != nil || !strings.HasPrefix(found.Resolved, "fc:") || found.Model.Ringside.Price.InputUSD.Value.Sign() <= 0 {
		t.Errorf("%+v, %v", found, err)
	}
	page, err := client.Models.List(t.Context())
	if err != nil || len(page.Data) == 0 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestARawAnswerIsHadBesideTheObject(t *testing.T) {
	server := newServer(t, answer(200, `{"id":"cus_1"}`, "x-ringside-of-2030: new", "x-ratelimit-remaining: 7"))
	var raw *http.Response
	found, err := keyed(t, server).Customers.Retrieve(t.Context(), "cus_1", option.WithResponseInto(&raw))
	if err != nil || found.ID != "cus_1" || raw.StatusCode != 200 || raw.Header.Get("X-Ringside-Of-2030") != "new" {
		t.Errorf("%v %v", found, err)
	}
	if meta := ringside.Meta(raw); meta.RateLimitRemaining.Value != 7 || meta.Cost.Valid() {
		t.Errorf("%+v", meta)
	}
}

func TestUsageComesAsTextToo(t *testing.T) {
	server := newServer(t, answer(200, "key,cost\na,1\n", "content-type: text/csv"))
	var text string
	_, err := keyed(t, server).Usage.Retrieve(t.Context(), ringside.UsageRetrieveParams{},
		option.WithHeader("Accept", "text/csv"), option.WithResponseBodyInto(&text))
	if err != nil || text != "key,cost\na,1\n" || server.last(t).header.Get("Accept") != "text/csv" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestACallsOwnOptionsAreAddedAndWin(t *testing.T) {
	server := newServer(t, exampleOf(t, "customers.create"))
	params := ringside.CustomerCreateParams{ExternalID: "acme"}
	params.SetExtraFields(map[string]any{"of_2030": true})
	_, _ = keyed(t, server).Customers.Create(t.Context(), params,
		option.WithQuery("x", "1"), option.WithHeader("X-Mine", "yes"), option.WithJSONSet("late", 1))
	request := server.last(t)
	if request.target != "/v1/customers?x=1" || request.header.Get("X-Mine") != "yes" {
		t.Errorf("%+v", request)
	}
	sameJSON(t, request.body, `{"external_id":"acme","of_2030":true,"late":1}`)
}

func TestTwoThatGetOrCreateTheSameCustomerEndUpWithOne(t *testing.T) {
	server := newServer(t, refusal(404, "not_found"), refusal(409, "external_id_taken", "x-should-retry: false"), answer(200, `{"id":"cus_theirs"}`))
	found, err := keyed(t, server).Customers.GetOrCreate(t.Context(), ringside.CustomerCreateParams{ExternalID: "a/b"})
	if err != nil || found.ID != "cus_theirs" {
		t.Fatalf("%v %v", found, err)
	}
	var got []string
	for _, request := range server.all() {
		got = append(got, request.method+" "+request.target)
	}
	if want := "GET /v1/customers/ext:a%2Fb POST /v1/customers GET /v1/customers/ext:a%2Fb"; strings.Join(got, " ") != want {
		t.Error(got)
	}
	down := newServer(t, refusal(503, "service_unavailable"))
	if _, err := keyed(t, down).Customers.GetOrCreate(t.Context(), ringside.CustomerCreateParams{ExternalID: "a"}); err == nil || len(down.all()) != 1 {
		t.Errorf("%v after %d requests", err, len(down.all()))
	}
}

// Every operation of the spec is a method, found by the words of its id.
func TestEveryOperationOfTheSpecIsAMethod(t *testing.T) {
	client := reflect.ValueOf(keyed(t, newServer(t))).Elem()
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	for _, operation := range specification(t).Operations {
		if operation.Sdk != "own" {
			continue
		}
		owner, words := client, strings.Split(operation.ID, ".")
		for _, word := range words[:len(words)-1] {
			if owner = owner.FieldByNameFunc(func(name string) bool { return plain(name) == plain(word) }); !owner.IsValid() {
				t.Fatalf("%s: no field for %s", operation.ID, word)
			}
		}
		method, found := owner.Addr().Type(), false
		for index := range method.NumMethod() {
			found = found || plain(method.Method(index).Name) == plain(words[len(words)-1])
		}
		if !found {
			t.Errorf("%s is no method", operation.ID)
		}
	}
}
