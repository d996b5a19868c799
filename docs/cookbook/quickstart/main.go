// SPDX-License-Identifier: Apache-2.0

// The newest Sonnet from version 4 on, for one of your customers, and who really served it.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client, err := ringside.NewClient() // key and address from FC_API_KEY and FC_BASE_URL
	if err != nil {
		log.Fatal(err)
	}
	model := ringside.Model.Match("anthropic", "sonnet").MinVersion(4).MustBuild()
	fmt.Println("asking", model)

	var raw *http.Response
	reply, err := client.ForCustomer("cus_42").Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	}, option.WithResponseInto(&raw))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Choices[0].Message.Content)
	fmt.Println("served by", ringside.Meta(raw).ModelResolved)
}
