// SPDX-License-Identifier: Apache-2.0

// The first call: the newest Sonnet from version 4 on, and who really served it. Reads FC_API_KEY and FC_BASE_URL.
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
	client, err := ringside.NewClient()
	if err != nil {
		log.Fatal(err)
	}
	model := ringside.Model.Match("anthropic", "sonnet").MinVersion(4).MustBuild()

	var raw *http.Response
	reply, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	}, option.WithResponseInto(&raw))
	if err != nil {
		log.Fatal(err)
	}
	meta := ringside.Meta(raw)
	fmt.Println(reply.Choices[0].Message.Content)
	fmt.Printf("%s was served by %s for %v USD\n", model, meta.ModelResolved, meta.Cost)
}
