// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/openai/openai-go/v3/packages/param"
)

// ResponseMeta is what an answer's headers say about the call. Amounts are US dollars; what the gateway did not say is
// empty, or not Valid.
type ResponseMeta struct {
	// RequestID is the request's id, for support and for Usage.RetrieveEvent.
	RequestID string
	// ModelResolved is what actually served the call, as an fc: ref.
	ModelResolved string
	// ModelUsed is the target of a cascade that answered.
	ModelUsed string
	// ModelsTried are the targets of a cascade in the order tried, the winner last.
	ModelsTried []string
	// FallbackTriggered tells whether a cascade moved past its first target.
	FallbackTriggered bool
	// WalletBalance is the customer's wallet after the call; on a stream, at admission.
	WalletBalance param.Opt[Decimal]
	// WalletDeducted is what this call took from the wallet; absent on a stream.
	WalletDeducted param.Opt[Decimal]
	// WalletHeld is, on a stream, what is reserved until the call is settled.
	WalletHeld param.Opt[Decimal]
	// Cost is what the call cost; absent on a stream.
	Cost param.Opt[Decimal]
	// MaxTokensClamped is the lower max_tokens the wallet could still pay for.
	MaxTokensClamped param.Opt[int64]
	RateLimitLimit   param.Opt[int64]
	// RateLimitRemaining is what is left in the tightest window.
	RateLimitRemaining param.Opt[int64]
	// RateLimitReset is in how many seconds that window has room again.
	RateLimitReset param.Opt[int64]
	// IdempotencyReplayed tells whether this is the stored answer to an earlier request with the same key.
	IdempotencyReplayed bool
}

// Meta reads Ringside's headers of a response, which any method gives with option.WithResponseInto. Of nil it reads
// nothing.
func Meta(response *http.Response) ResponseMeta {
	if response == nil {
		return ResponseMeta{}
	}
	return MetaOf(response.Header)
}

// MetaOf reads Ringside's headers.
func MetaOf(header http.Header) ResponseMeta {
	return ResponseMeta{
		RequestID:           header.Get("X-Request-Id"),
		ModelResolved:       header.Get("X-Ringside-Model-Resolved"),
		ModelUsed:           header.Get("X-Ringside-Model-Used"),
		ModelsTried:         listed(header.Get("X-Ringside-Models-Tried")),
		FallbackTriggered:   header.Get("X-Ringside-Fallback-Triggered") == "true",
		WalletBalance:       amount(header.Get("X-Ringside-Wallet-Balance")),
		WalletDeducted:      amount(header.Get("X-Ringside-Wallet-Deducted")),
		WalletHeld:          amount(header.Get("X-Ringside-Wallet-Held")),
		Cost:                amount(header.Get("X-Ringside-Cost")),
		MaxTokensClamped:    number(header.Get("X-Ringside-Max-Tokens-Clamped")),
		RateLimitLimit:      number(header.Get("X-RateLimit-Limit")),
		RateLimitRemaining:  number(header.Get("X-RateLimit-Remaining")),
		RateLimitReset:      number(header.Get("X-RateLimit-Reset")),
		IdempotencyReplayed: header.Get("Idempotency-Replayed") == "true",
	}
}

func amount(text string) (found param.Opt[Decimal]) {
	if value, err := NewDecimal(text); err == nil {
		found = param.NewOpt(value)
	}
	return found
}

func number(text string) (found param.Opt[int64]) {
	if value, err := strconv.ParseInt(text, 10, 64); err == nil {
		found = param.NewOpt(value)
	}
	return found
}

func listed(text string) (found []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			found = append(found, part)
		}
	}
	return found
}
