// SPDX-License-Identifier: Apache-2.0

// An answer as it is written, and what it used. Reads FC_API_KEY and FC_BASE_URL.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
)

func main() {
	client, err := ringside.NewClient()
	if err != nil {
		log.Fatal(err)
	}
	stream := client.Chat.Completions.NewStreaming(context.Background(), openai.ChatCompletionNewParams{
		Model:         ringside.Model.MustFc("openai", "gpt-4o-mini"),
		Messages:      []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Describe a boxing ring in 40 words.")},
		StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)},
	})
	for stream.Next() {
		chunk := stream.Current()
		if len(chunk.Choices) > 0 {
			fmt.Print(chunk.Choices[0].Delta.Content)
		}
		if chunk.Usage.CompletionTokens > 0 {
			fmt.Printf("\n%d tokens written\n", chunk.Usage.CompletionTokens)
		}
	}
	if err := stream.Err(); err != nil {
		log.Fatal(err)
	}
}
