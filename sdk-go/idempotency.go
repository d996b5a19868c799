// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"crypto/rand"
	"fmt"

	"github.com/openai/openai-go/v3/option"
)

const idempotencyHeader = "Idempotency-Key"

// WithIdempotencyKey chooses the key of one call. Without it every POST to a Ringside resource has one of its own; either
// way the key is the same on every attempt, so that a lost answer can be asked for again without a second effect.
func WithIdempotencyKey(key string) option.RequestOption {
	if err := headerText("idempotency key", key); err != nil {
		return refusal(err)
	}
	return option.WithHeader(idempotencyHeader, key)
}

// newIdempotencyKey is a random RFC 4122 version 4 UUID.
func newIdempotencyKey() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, says its documentation
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
