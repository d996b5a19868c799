// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openai/openai-go/v3/webhooks"
)

// Verification, parsing and signing of deliveries. Rules and vectors: spec/signatures.

const (
	// SignatureHeader carries the signature.
	SignatureHeader = "X-FC-Signature"
	// DefaultTolerance is how far the signature's time may lie from now, either way.
	DefaultTolerance = 5 * time.Minute
)

// WebhookReason is why a delivery was refused; the same words in every Ringside SDK.
type WebhookReason string

const (
	ReasonMissingHeader   WebhookReason = "missing_header"
	ReasonMalformedHeader WebhookReason = "malformed_header"
	ReasonNoMatch         WebhookReason = "no_match"
	ReasonOutOfTolerance  WebhookReason = "timestamp_out_of_tolerance"
	ReasonDecode          WebhookReason = "decode"
	ReasonConfig          WebhookReason = "config"
	ReasonArgument        WebhookReason = "argument"
)

// WebhookError is a delivery that must not be trusted, or a check that cannot decide.
type WebhookError struct {
	Reason  WebhookReason
	Message string
}

func (e *WebhookError) Error() string { return "ringside: " + e.Message }

// WebhookService is OpenAI's, whole: Unwrap, VerifySignature and the rest check OpenAI's deliveries. Verify checks those
// of a Ringside gateway.
type WebhookService struct {
	webhooks.WebhookService
	secret func() string
}

// Verify is the event, once one of the signatures is ours and its time is near. Hand over the raw body: a parsed one no
// longer has the text that was signed. The secret is the client's unless [VerifySecret] gives others. It returns a
// [WebhookError].
func (s *WebhookService) Verify(payload []byte, header http.Header, opts ...VerifyOption) (*Event, error) {
	return VerifyWebhook(payload, header, s.withSecret(opts)...)
}

// VerifyHeader is [WebhookService.Verify] without a look into the body.
func (s *WebhookService) VerifyHeader(payload []byte, header http.Header, opts ...VerifyOption) error {
	return VerifyWebhookHeader(payload, header, s.withSecret(opts)...)
}

// Sign is the header value a delivery of this body would carry now; for tests of your receiver.
func (s *WebhookService) Sign(payload []byte) (string, error) {
	return SignWebhook(payload, time.Now(), s.ownSecret())
}

func (s *WebhookService) ownSecret() string {
	if s.secret == nil {
		return ""
	}
	return s.secret()
}

func (s *WebhookService) withSecret(opts []VerifyOption) []VerifyOption {
	return append([]VerifyOption{VerifySecret(s.ownSecret())}, opts...)
}

// VerifyOption changes how a delivery is checked.
type VerifyOption func(*verification)

type verification struct {
	secrets   []string
	tolerance time.Duration
	timeless  bool
	now       time.Time
}

// VerifySecret gives the secret, or several while one replaces another.
func VerifySecret(secrets ...string) VerifyOption {
	return func(v *verification) { v.secrets = secrets }
}

// VerifyTolerance changes [DefaultTolerance]; 0 means this very second.
func VerifyTolerance(tolerance time.Duration) VerifyOption {
	return func(v *verification) { v.tolerance = tolerance }
}

// VerifyWithoutTime accepts signatures of any time, and so replays of old deliveries.
func VerifyWithoutTime() VerifyOption {
	return func(v *verification) { v.timeless = true }
}

// VerifyAt checks as if it were this time.
func VerifyAt(now time.Time) VerifyOption {
	return func(v *verification) { v.now = now }
}

// VerifyWebhook is [WebhookService.Verify] without a client: [VerifySecret] is needed.
func VerifyWebhook(payload []byte, header http.Header, opts ...VerifyOption) (*Event, error) {
	if err := VerifyWebhookHeader(payload, header, opts...); err != nil {
		return nil, err
	}
	return ParseWebhook(payload)
}

// VerifyWebhookHeader is [WebhookService.VerifyHeader] without a client: [VerifySecret] is needed.
func VerifyWebhookHeader(payload []byte, header http.Header, opts ...VerifyOption) error {
	how := verification{tolerance: DefaultTolerance, now: time.Now()}
	for _, opt := range opts {
		opt(&how)
	}
	if err := usable(how.secrets); err != nil {
		return err
	}
	if how.tolerance < 0 {
		return &WebhookError{ReasonArgument, "the tolerance must be 0 or more"}
	}
	signed, err := signatureOf(header)
	if err != nil {
		return err
	}
	if !signed.matches(how.secrets, payload) {
		return &WebhookError{ReasonNoMatch, "no signature was made with this secret over this body"}
	}
	// The signature comes first, so that a wrong secret is always told as such.
	// Both in whole seconds, as in every SDK.
	age := time.Duration(how.now.Unix()-signed.at.Unix()) * time.Second
	if !how.timeless && age.Abs() > how.tolerance {
		return &WebhookError{ReasonOutOfTolerance, fmt.Sprintf("the signature is %v old; %v are accepted, either way", age, how.tolerance)}
	}
	return nil
}

// ParseWebhook is the event of a body that has been verified.
func ParseWebhook(payload []byte) (*Event, error) {
	event := new(Event)
	if !utf8.Valid(payload) {
		return nil, &WebhookError{ReasonDecode, "the body is not UTF-8"}
	}
	if err := json.Unmarshal(payload, event); err != nil {
		return nil, &WebhookError{ReasonDecode, "the body is not a JSON object: " + err.Error()}
	}
	if event.ID == "" {
		return nil, &WebhookError{ReasonDecode, "the body is not an event: it needs an id, a text"}
	}
	return event, nil
}

// SignWebhook is the header value of a delivery at this time, with one v1 for each secret; for tests of your receiver.
func SignWebhook(payload []byte, at time.Time, secrets ...string) (string, error) {
	if err := usable(secrets); err != nil {
		return "", err
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	if !timeShape.MatchString(stamp) {
		return "", &WebhookError{ReasonArgument, "the time must lie between 1970 and the year 33658"}
	}
	parts := []string{"t=" + stamp}
	for _, secret := range secrets {
		parts = append(parts, "v1="+hex.EncodeToString(digest(secret, stamp, payload)))
	}
	return strings.Join(parts, ","), nil
}

func usable(secrets []string) error {
	for _, secret := range secrets {
		if secret == "" {
			secrets = nil
		}
	}
	if len(secrets) == 0 {
		return &WebhookError{ReasonConfig, "a webhook secret is needed: give WithWebhookSecret or VerifySecret, or set FC_WEBHOOK_SECRET"}
	}
	return nil
}

func digest(secret, stamp string, payload []byte) []byte {
	code := hmac.New(sha256.New, []byte(secret))
	code.Write([]byte(stamp + "."))
	code.Write(payload)
	return code.Sum(nil)
}
