// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// gateway answers by method and path, in place of a running one.
func gateway(answers map[string]string) (string, func()) {
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		writer.Header().Set("X-Ringside-Model-Resolved", "fc:anthropic/claude-sonnet-5-5")
		writer.Header().Set("X-Ringside-Cost", "0.000266")
		body, known := answers[request.Method+" "+request.URL.RequestURI()]
		if !known {
			writer.WriteHeader(http.StatusPaymentRequired)
			body = `{"error":{"code":"customer_wallet_empty","message":"The wallet of customer cus_42 has too little left for this call."}}`
		}
		_, _ = io.WriteString(writer, body)
	}))
	return server.URL + "/v1", server.Close
}

func ExampleNewClient() {
	url, stop := gateway(map[string]string{
		"POST /v1/chat/completions": `{"id":"c","choices":[{"message":{"role":"assistant","content":"Hello!"}}]}`,
	})
	defer stop()
	client, err := ringside.NewClient(ringside.WithAPIKey("sk_test_example"), ringside.WithBaseURL(url))
	if err != nil {
		fmt.Println(err)
		return
	}
	var raw *http.Response
	reply, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    ringside.Model.Match("anthropic", "sonnet").MinVersion(4).MustBuild(),
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	}, option.WithResponseInto(&raw))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Choices[0].Message.Content)
	fmt.Println(ringside.Meta(raw).ModelResolved, ringside.Meta(raw).Cost)
	// Output:
	// Hello!
	// fc:anthropic/claude-sonnet-5-5 0.000266
}

func ExampleClient_ForCustomer() {
	url, stop := gateway(nil)
	defer stop()
	client, _ := ringside.NewClient(ringside.WithAPIKey("sk_test_example"), ringside.WithBaseURL(url))
	theirs := client.ForCustomer("cus_42", "feature:chat")
	_, err := theirs.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{Model: "slot:fast"})
	fmt.Println(ringside.Is(err, ringside.ErrCustomerWalletEmpty))
	if refused, ok := ringside.AsError(err); ok {
		fmt.Println(refused)
	}
	// Output:
	// true
	// 402 customer_wallet_empty: The wallet of customer cus_42 has too little left for this call.
}

func ExampleWalletService_AllTransactions() {
	list := "GET /v1/customers/ext:user_42/wallet/transactions"
	url, stop := gateway(map[string]string{
		list:                  `{"data":[{"type":"topup","amount_usd":10,"balance_after_usd":10}],"has_more":true,"next_cursor":"txn_1"}`,
		list + "?after=txn_1": `{"data":[{"type":"debit","amount_usd":-0.000015,"balance_after_usd":9.999985}],"has_more":false}`,
	})
	defer stop()
	client, _ := ringside.NewClient(ringside.WithAPIKey("sk_test_example"), ringside.WithBaseURL(url))
	rows := client.Customers.Wallet.AllTransactions(context.Background(), "ext:user_42", ringside.WalletListTransactionsParams{})
	for row, err := range rows {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Type, row.AmountUSD, row.BalanceAfterUSD)
	}
	// Output:
	// topup 10 10
	// debit -0.000015 9.999985
}

func ExampleMatchBuilder() {
	newest := ringside.Model.Match("anthropic", "sonnet").MinVersion(4)
	fmt.Println(newest.MustBuild())
	fmt.Println(newest.MaxVersion(6).Needs("vision", "tools").Sort("cheapest").MustBuild())
	_, err := newest.MaxVersion(4).Build()
	fmt.Println(err)
	// Output:
	// match:anthropic/sonnet>=4
	// match:anthropic/sonnet>=4,<6?needs=tools,vision&sort=cheapest
	// ringside: the highest version must lie above the least one
}

func ExampleModelRef() {
	ref, err := ringside.Model.Parse("match:anthropic/sonnet>=4-5")
	if match, isMatch := ref.(ringside.MatchRef); err == nil && isMatch {
		fmt.Println(match.Provider, match.Family, match.MinVersion)
		fmt.Println(match)
	}
	// Output:
	// anthropic sonnet 4.5
	// match:anthropic/sonnet>=4.5
}

func ExampleVerifyWebhook() {
	body := []byte(`{"id":"evt_1","type":"wallet.low","data":{"object":{"customer":"cus_42","balance_usd":0.42}}}`)
	value, _ := ringside.SignWebhook(body, time.Now(), "whsec_example")
	header := http.Header{}
	header.Set(ringside.SignatureHeader, value)

	event, err := ringside.VerifyWebhook(body, header, ringside.VerifySecret("whsec_example"))
	if err != nil {
		fmt.Println(err)
		return
	}
	switch event := event.AsAny().(type) {
	case ringside.WalletLowEvent:
		fmt.Println(event.ID, event.Object.Customer, event.Object.BalanceUSD)
	default:
		fmt.Println("something else")
	}
	// Output: evt_1 cus_42 0.42
}

func ExampleDecimal() {
	sum := ringside.USD("0.1").Rat()
	sum.Add(sum, ringside.USD("0.2").Rat())
	fmt.Println(sum.FloatString(2), ringside.USD("12.50") == ringside.USD("12.5"))
	// Output: 0.30 true
}
