// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fightclub/ringside-go"
)

const (
	secret   = "whsec_ringside_test_1"
	delivery = `{"id":"evt_1","object":"event","type":"wallet.low","created_at":1767225600,"livemode":false,"data":{"object":{"object":"wallet","customer":"cus_1","balance_usd":0.42,"of_2030":1}}}`
)

func signed(t *testing.T, payload string, secrets ...string) http.Header {
	t.Helper()
	value, err := ringside.SignWebhook([]byte(payload), time.Now(), secrets...)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	header.Set(ringside.SignatureHeader, value)
	return header
}

func reasonOf(t *testing.T, err error) ringside.WebhookReason {
	t.Helper()
	var refused *ringside.WebhookError
	if !errors.As(err, &refused) {
		t.Fatalf("%v is no WebhookError", err)
	}
	return refused.Reason
}

func TestAnEventIsTypedAndItsMoneyExact(t *testing.T) {
	client := keyed(t, newServer(t), ringside.WithWebhookSecret(secret))
	event, err := client.Webhooks.Verify([]byte(delivery), signed(t, delivery, secret))
	if err != nil {
		t.Fatal(err)
	}
	low, isLow := event.AsAny().(ringside.WalletLowEvent)
	if !isLow || low.ID != "evt_1" || low.CreatedAt != 1767225600 || low.Object.Customer != "cus_1" || low.Object.BalanceUSD.Value.String() != "0.42" {
		t.Errorf("%+v", event.AsAny())
	}
	if low.Object.JSON.ExtraFields["of_2030"].Raw() != "1" || event.RawJSON() != delivery {
		t.Error("something was lost")
	}
}

func TestAnEventMadeUpForATestSaysSo(t *testing.T) {
	for text, madeUp := range map[string]bool{
		delivery: false,
		strings.Replace(delivery, `"data"`, `"test":true,"data"`, 1): true,
	} {
		event, err := ringside.ParseWebhook([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		low, isLow := event.AsAny().(ringside.WalletLowEvent)
		if !isLow || event.Test != madeUp || low.Test != madeUp {
			t.Errorf("%s: %+v", text, event)
		}
		sameJSON(t, written(t, event), text)
	}
}

func TestAnEventTypeOfTheFutureKeepsEverything(t *testing.T) {
	text := `{"id":"evt_1","type":"ring.cleaned","data":{"object":{"a":1}},"new":true}`
	event, err := ringside.ParseWebhook([]byte(text))
	if err != nil || event.AsAny() != nil || event.Type != "ring.cleaned" || string(event.Data.Object) != `{"a":1}` {
		t.Fatalf("%+v %v", event, err)
	}
	sameJSON(t, written(t, event), text)
}

func TestEveryEventOfTheSpecHasItsType(t *testing.T) {
	for _, listed := range specification(t).Events {
		event, err := ringside.ParseWebhook([]byte(`{"id":"evt_1","type":"` + listed.Type + `","data":{"object":{"id":"x"}}}`))
		if err != nil || event.AsAny() == nil {
			t.Errorf("%s: %v, %v", listed.Type, event, err)
		}
	}
}

func TestTheSecretIsTheClientsUnlessGiven(t *testing.T) {
	t.Setenv("FC_WEBHOOK_SECRET", secret)
	t.Setenv("OPENAI_WEBHOOK_SECRET", "whsec_other")
	client := keyed(t, newServer(t))
	header := signed(t, delivery, secret)
	if err := client.Webhooks.VerifyHeader([]byte(delivery), header); err != nil {
		t.Error(err)
	}
	err := client.Webhooks.VerifyHeader([]byte(delivery), header, ringside.VerifySecret("whsec_other"))
	if reasonOf(t, err) != ringside.ReasonNoMatch {
		t.Error(err)
	}
	if err := client.Webhooks.VerifyHeader([]byte(delivery), header, ringside.VerifySecret("whsec_new", secret)); err != nil {
		t.Error(err)
	}
	if value, err := client.Webhooks.Sign([]byte(delivery)); err != nil || !strings.HasPrefix(value, "t=") {
		t.Errorf("%q %v", value, err)
	}
}

func TestATimeNearIsAcceptedAndOtherwiseRefused(t *testing.T) {
	header := signed(t, delivery, secret)
	now := time.Now()
	for offset, accepted := range map[time.Duration]bool{299 * time.Second: true, -299 * time.Second: true, 302 * time.Second: false, -302 * time.Second: false} {
		err := ringside.VerifyWebhookHeader([]byte(delivery), header, ringside.VerifySecret(secret), ringside.VerifyAt(now.Add(offset)))
		if (err == nil) != accepted {
			t.Errorf("%v: %v", offset, err)
		}
	}
	err := ringside.VerifyWebhookHeader([]byte(delivery), header, ringside.VerifySecret(secret), ringside.VerifyTolerance(-1))
	if reasonOf(t, err) != ringside.ReasonArgument {
		t.Error(err)
	}
	old := ringside.VerifyAt(now.Add(1000 * time.Hour))
	if err := ringside.VerifyWebhookHeader([]byte(delivery), header, ringside.VerifySecret(secret), old, ringside.VerifyWithoutTime()); err != nil {
		t.Error(err)
	}
}

func TestATimeIsComparedInWholeSeconds(t *testing.T) {
	at := time.Unix(1767225600, 0)
	value, err := ringside.SignWebhook(nil, at, secret)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{ringside.SignatureHeader: {value}}
	for age, accepted := range map[time.Duration]bool{300_900 * time.Millisecond: true, 301 * time.Second: false, -300_100 * time.Millisecond: false} {
		err := ringside.VerifyWebhookHeader(nil, header, ringside.VerifySecret(secret), ringside.VerifyAt(at.Add(age)))
		if (err == nil) != accepted {
			t.Errorf("%v: %v", age, err)
		}
	}
}

func TestWhatCannotBeDecidedIsTold(t *testing.T) {
	for name, header := range map[string]http.Header{
		"nothing":           {},
		"Standard Webhooks": {"Webhook-Id": {"1"}, "Webhook-Signature": {"v1,x"}},
	} {
		_, err := ringside.VerifyWebhook([]byte(delivery), header, ringside.VerifySecret(secret))
		if reasonOf(t, err) != ringside.ReasonMissingHeader || strings.Contains(err.Error(), "Unwrap") != (name == "Standard Webhooks") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, secrets := range [][]string{nil, {""}, {secret, ""}} {
		err := ringside.VerifyWebhookHeader([]byte(delivery), signed(t, delivery, secret), ringside.VerifySecret(secrets...))
		if reasonOf(t, err) != ringside.ReasonConfig {
			t.Errorf("%q: %v", secrets, err)
		}
	}
	if _, err := ringside.SignWebhook(nil, time.Unix(-1, 0), secret); reasonOf(t, err) != ringside.ReasonArgument {
		t.Error(err)
	}
	for _, body := range []string{"", "[]", "{}", `{"id":7}`, "\xff\xfe\x00", `{"id":"evt_1"`} {
		_, err := ringside.VerifyWebhook([]byte(body), signed(t, body, secret), ringside.VerifySecret(secret))
		if reasonOf(t, err) != ringside.ReasonDecode {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestOpenAIsOwnVerificationIsStillThere(t *testing.T) {
	client := keyed(t, newServer(t))
	if _, err := client.Webhooks.Unwrap([]byte(delivery), signed(t, delivery, secret)); err == nil {
		t.Error("OpenAI's check accepted our signature")
	}
}

func TestAnEventWithoutATypeOfItsObjectHasItsText(t *testing.T) {
	event, err := ringside.ParseWebhook([]byte(`{"id":"evt_1","type":"budget.exceeded","data":{"object":{"spent_usd":1.10}}}`))
	if err != nil {
		t.Fatal(err)
	}
	exceeded, ok := event.AsAny().(ringside.BudgetExceededEvent)
	var object any = exceeded.Object
	if text, isText := object.(json.RawMessage); !ok || isText && string(text) != `{"spent_usd":1.10}` {
		t.Errorf("%+v", event.AsAny())
	}
}
