// SPDX-License-Identifier: Apache-2.0

// A receiver of webhooks on the standard library's server, and signed deliveries to try it. Needs no gateway.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/fightclub/ringside-go"
)

var secret = cmp.Or(os.Getenv("FC_WEBHOOK_SECRET"), "whsec_example")

// receive answers 204 to genuine deliveries and 400 to all else. The raw body is checked before anything is made of it.
func receive(writer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(writer, request.Body, 1<<20))
	if err != nil {
		return
	}
	event, err := ringside.VerifyWebhook(body, request.Header, ringside.VerifySecret(secret))
	var refused *ringside.WebhookError
	if errors.As(err, &refused) {
		fmt.Println("refused:", refused.Reason)
		writer.WriteHeader(http.StatusBadRequest)
		return
	}
	switch event := event.AsAny().(type) {
	case ringside.WalletLowEvent:
		fmt.Printf("%s: wallet of %s is down to %v USD\n", event.ID, event.Object.Customer, event.Object.BalanceUSD)
	default: // a newer gateway may send others
	}
	writer.WriteHeader(http.StatusNoContent)
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(receive))
	defer server.Close()

	delivery := []byte(`{"id":"evt_1","object":"event","type":"wallet.low","created_at":1767225600,"livemode":false,` +
		`"data":{"object":{"object":"wallet","customer":"cus_42","balance_usd":0.42}}}`)
	signature, err := ringside.SignWebhook(delivery, time.Now(), secret)
	if err != nil {
		log.Fatal(err)
	}
	for _, body := range [][]byte{delivery, bytes.Replace(delivery, []byte("0.42"), []byte("99.0"), 1)} {
		request, err := http.NewRequest(http.MethodPost, server.URL, bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set(ringside.SignatureHeader, signature)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		_ = response.Body.Close()
		fmt.Println(response.StatusCode)
	}
}
