// SPDX-License-Identifier: Apache-2.0

// Every refusal has a value of its own to compare with. Reads FC_API_KEY and FC_BASE_URL.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
)

func main() {
	ctx := context.Background()
	client, err := ringside.NewClient()
	if err != nil {
		log.Fatal(err)
	}
	// OpenAI's methods return OpenAI's errors: AsError and Is look into them.
	err = chat(ctx, client, "gpt-4o")
	if refused, ok := ringside.AsError(err); ok {
		fmt.Println(refused)
		fmt.Printf("%s, parameter %s\n", refused.Code, refused.Param)
	}

	customer, err := client.Customers.Create(ctx, ringside.CustomerCreateParams{
		ExternalID: fmt.Sprintf("broke-%d", time.Now().UnixNano()), BudgetUSD: param.NewOpt(ringside.Decimal{}),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _, _ = client.Customers.Delete(ctx, customer.ID) }()
	err = chat(ctx, client.ForCustomer(customer.ID), "fc:openai/gpt-4o-mini")
	if refused, ok := ringside.AsError(err); ok && ringside.Is(err, ringside.ErrCustomerBudgetExceeded) {
		again := time.Unix(refused.ResetsAt.Value, 0).UTC()
		fmt.Printf("%s: again from %s, or raise the budget\n", refused.Code, again.Format(time.DateOnly))
	}

	// Ringside's own methods return Ringside's.
	_, err = client.Customers.Retrieve(ctx, "ext:nobody")
	var refused *ringside.Error
	if errors.Is(err, ringside.ErrObjectNotFound) && errors.As(err, &refused) {
		fmt.Printf("%d %s, request %s, worth a retry: %v\n", refused.StatusCode, refused.Code, refused.RequestID, refused.ShouldRetry)
	}
}

func chat(ctx context.Context, client *ringside.Client, model string) error {
	_, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	})
	return err
}
