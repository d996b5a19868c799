// SPDX-License-Identifier: Apache-2.0

// What a chat call costs over the bare OpenAI client, against a loopback server, the two in turns.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

const (
	rounds = 9
	calls  = 2_000
	clones = 2_000
)

var question = openai.ChatCompletionNewParams{
	Model:    "slot:fast",
	Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
}

// medians are the middle of what one call of each client took. The clients take turns, so that noise meets both alike.
func medians(clients ...*openai.Client) []time.Duration {
	took := make([][]time.Duration, len(clients))
	for range calls {
		for index, client := range clients {
			began := time.Now()
			if _, err := client.Chat.Completions.New(context.Background(), question); err != nil {
				log.Fatal(err)
			}
			took[index] = append(took[index], time.Since(began))
		}
	}
	found := make([]time.Duration, len(clients))
	for index := range took {
		slices.Sort(took[index])
		found[index] = took[index][len(took[index])/2]
	}
	return found
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		_, _ = io.Copy(io.Discard, request.Body)
		writer.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(writer, `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[]}`)
	}))
	defer server.Close()
	bare := openai.NewClient(option.WithAPIKey("sk_test_x"), option.WithBaseURL(server.URL+"/v1"), option.WithHeader("FC-Customer", "cus_1"))
	ours, err := ringside.NewClient(ringside.WithAPIKey("sk_test_x"), ringside.WithBaseURL(server.URL+"/v1"), ringside.WithCustomer("cus_1"))
	if err != nil {
		log.Fatal(err)
	}
	medians(&bare, &ours.Client) // warm
	var ratios []float64
	var last []time.Duration
	for range rounds {
		last = medians(&bare, &ours.Client)
		ratios = append(ratios, float64(last[1])/float64(last[0])-1)
	}
	slices.Sort(ratios)
	fmt.Printf("openai %v, ringside %v a call: median of %d rounds %+.1f %% (%+.1f to %+.1f)\n", last[0], last[1], rounds, 100*ratios[rounds/2], 100*ratios[0], 100*ratios[rounds-1])
	began := time.Now()
	for range clones {
		ours.ForCustomer("cus_2")
	}
	fmt.Printf("a clone for a customer %v\n", time.Since(began)/clones)
}
