// SPDX-License-Identifier: Apache-2.0

// Prints how many attempts of a sample verify; fails at the first that does not.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	ringside "github.com/fightclub/ringside-go"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	count := 0
	for lines := bufio.NewScanner(file); lines.Scan(); count++ {
		var attempt struct {
			Payload        []byte
			Header, Secret string
		}
		if err := json.Unmarshal(lines.Bytes(), &attempt); err != nil {
			log.Fatal(err)
		}
		header := http.Header{"X-Fc-Signature": {attempt.Header}}
		how := []ringside.VerifyOption{ringside.VerifySecret(attempt.Secret), ringside.VerifyWithoutTime()}
		if _, err := ringside.VerifyWebhook(attempt.Payload, header, how...); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(count)
}
