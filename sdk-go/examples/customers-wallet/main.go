// SPDX-License-Identifier: Apache-2.0

// A customer with a budget and a prepaid wallet, from top-up to history. Reads FC_API_KEY and FC_BASE_URL.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
)

func main() {
	ctx := context.Background()
	client, err := ringside.NewClient()
	if err != nil {
		log.Fatal(err)
	}
	customer, err := client.Customers.GetOrCreate(ctx, ringside.CustomerCreateParams{
		ExternalID: fmt.Sprintf("example-%d", time.Now().UnixNano()),
		Name:       openai.String("Zoë"),
		BudgetUSD:  param.NewOpt(ringside.USD("25")),
		Metadata:   map[string]string{"plan": "pro"},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _, _ = client.Customers.Delete(ctx, customer.ID) }()

	_, err = client.Customers.Wallet.Topup(ctx, customer.ID, ringside.WalletTopupParams{
		AmountUSD: ringside.USD("10.00"), Description: openai.String("Welcome credits"),
	})
	if err != nil {
		log.Fatal(err)
	}
	call(ctx, client.ForCustomer(customer.ID))
	history(ctx, client, customer.ID)
}

// call asks the model for the customer and shows what the wallet paid.
func call(ctx context.Context, theirs *ringside.Client) {
	var raw *http.Response
	_, err := theirs.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    ringside.Model.MustFc("openai", "gpt-4o-mini"),
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	}, option.WithResponseInto(&raw))
	if err != nil {
		log.Fatal(err)
	}
	meta := ringside.Meta(raw)
	fmt.Printf("the call took %v USD and left %v USD\n", meta.WalletDeducted, meta.WalletBalance)
}

// history walks every page of the ledger and sums the usage.
func history(ctx context.Context, client *ringside.Client, customer string) {
	for row, err := range client.Customers.Wallet.AllTransactions(ctx, customer, ringside.WalletListTransactionsParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %v USD, then %v USD\n", row.Type, row.AmountUSD, row.BalanceAfterUSD)
	}
	usage, err := client.Usage.Retrieve(ctx, ringside.UsageRetrieveParams{
		Customer: openai.String(customer), GroupBy: ringside.UsageGroupByModel,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d call for %v USD\n", usage.TotalRequests, usage.TotalBillableUSD)
}
