// SPDX-License-Identifier: Apache-2.0

// Receives Ringside's events with net/http: FC_WEBHOOK_SECRET=whsec_... go run .
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	ringside "github.com/fightclub/ringside-go"
)

// The largest body that is read; events are far smaller.
const maxBytes = 1 << 20

func main() {
	secret := os.Getenv("FC_WEBHOOK_SECRET")
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	http.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		event, err := ringside.VerifyWebhook(body, r.Header, ringside.VerifySecret(secret))
		var refused *ringside.WebhookError
		if errors.As(err, &refused) {
			http.Error(w, string(refused.Reason), http.StatusBadRequest)
			return
		} else if err != nil {
			http.Error(w, "not now", http.StatusInternalServerError)
			return
		}
		fmt.Println("received", event.ID)
		w.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
