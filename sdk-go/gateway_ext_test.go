// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
)

// live is a client of the gateway that RINGSIDE_TEST_GATEWAY names, and a customer of its own.
func live(t *testing.T) (*ringside.Client, *ringside.Customer) {
	t.Helper()
	url := os.Getenv("RINGSIDE_TEST_GATEWAY")
	if url == "" {
		t.Skip("RINGSIDE_TEST_GATEWAY names no gateway")
	}
	client, err := ringside.NewClient(ringside.WithBaseURL(url))
	if err != nil {
		t.Fatal(err)
	}
	customer, err := client.Customers.Create(t.Context(), ringside.CustomerCreateParams{
		ExternalID: fmt.Sprintf("go/%s-%d", t.Name(), time.Now().UnixNano()),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = client.Customers.Delete(context.Background(), customer.ID) })
	return client, customer
}

func TestAMatchRefIsServedAndTheHeadersSayByWhom(t *testing.T) {
	client, customer := live(t)
	var raw *http.Response
	params := hello
	params.Model = ringside.Model.Match("anthropic", "sonnet").MinVersion(4).MustBuild()
	reply, err := client.ForCustomer(customer.ID).Chat.Completions.New(t.Context(), params, option.WithResponseInto(&raw))
	if err != nil || reply.Choices[0].Message.Content == "" {
		t.Fatalf("%v %v", reply, err)
	}
	meta := ringside.Meta(raw)
	if !strings.HasPrefix(meta.ModelResolved, "fc:anthropic/") || meta.Cost.Value.Sign() <= 0 || meta.RequestID == "" {
		t.Errorf("%+v", meta)
	}
	usage, err := client.Usage.RetrieveEvent(t.Context(), meta.RequestID)
	if err != nil || usage.CostUSD != meta.Cost.Value || usage.Customer.Value != customer.ID {
		t.Errorf("%+v %v", usage, err)
	}
}

func TestAStreamSaysTheSameAsTheWholeAnswer(t *testing.T) {
	client, _ := live(t)
	whole, err := client.Chat.Completions.New(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	stream := client.Chat.Completions.NewStreaming(t.Context(), hello)
	accumulated := openai.ChatCompletionAccumulator{}
	for stream.Next() {
		accumulated.AddChunk(stream.Current())
	}
	if stream.Err() != nil || accumulated.Choices[0].Message.Content != whole.Choices[0].Message.Content {
		t.Errorf("%v: %+v", stream.Err(), accumulated.Choices)
	}
}

func TestMoneyIsExactFromTopUpToRefund(t *testing.T) {
	client, customer := live(t)
	wallet := client.Customers.Wallet
	if _, err := wallet.Topup(t.Context(), customer.ID, ringside.WalletTopupParams{AmountUSD: ringside.USD("10.000000001")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ForCustomer(customer.ID).Chat.Completions.New(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	sum := ringside.Decimal{}.Rat()
	var debit string
	for row, err := range wallet.AllTransactions(t.Context(), "ext:"+customer.ExternalID, ringside.WalletListTransactionsParams{Limit: openai.Int(1)}) {
		if err != nil {
			t.Fatal(err)
		}
		sum.Add(sum, row.AmountUSD.Rat())
		if row.Type == ringside.WalletTransactionTypeDebit {
			debit = row.ID
		}
	}
	found, err := wallet.Retrieve(t.Context(), customer.ID, ringside.WalletRetrieveParams{})
	if err != nil || found.BalanceUSD.Value.Rat().Cmp(sum) != 0 || found.HeldUSD.Sign() != 0 {
		t.Errorf("%v and %v, %v", found, sum, err)
	}
	back, err := wallet.Refund(t.Context(), customer.ID, ringside.WalletRefundParams{TransactionID: debit})
	if err != nil || back.BalanceAfterUSD != ringside.USD("10.000000001") {
		t.Errorf("%+v %v", back, err)
	}
}

func TestCustomersAreFoundChangedAndListed(t *testing.T) {
	client, customer := live(t)
	same, err := client.Customers.GetOrCreate(t.Context(), ringside.CustomerCreateParams{ExternalID: customer.ExternalID})
	if err != nil || same.ID != customer.ID {
		t.Fatalf("%v %v", same, err)
	}
	changed, err := client.Customers.Update(t.Context(), customer.ID, ringside.CustomerUpdateParams{
		Name: openai.String("Zoë 🥊"), BudgetUSD: param.NewOpt(ringside.USD("0.000000001")),
	})
	if err != nil || changed.Name.Value != "Zoë 🥊" || changed.BudgetUSD.Value.String() != "0.000000001" {
		t.Fatalf("%+v %v", changed, err)
	}
	cleared, err := client.Customers.Update(t.Context(), customer.ID, ringside.CustomerUpdateParams{BudgetUSD: param.Null[ringside.Decimal]()})
	if err != nil || cleared.BudgetUSD.Valid() || cleared.Name.Value != "Zoë 🥊" {
		t.Fatalf("%+v %v", cleared, err)
	}
	page, err := client.Customers.List(t.Context(), ringside.CustomerListParams{ExternalID: openai.String(customer.ExternalID)})
	if err != nil || len(page.Data) != 1 || page.HasNext() {
		t.Errorf("%v %v", page, err)
	}
}

func TestRefusalsOfAGatewayAreTold(t *testing.T) {
	client, customer := live(t)
	params := hello
	params.Model = "gpt-4o"
	_, err := client.Chat.Completions.New(t.Context(), params)
	if found, ok := ringside.AsError(err); !ok || !errors.Is(found, ringside.ErrInvalidModelRef) || found.Param != "model" || !strings.HasPrefix(found.RequestID, "req_") {
		t.Errorf("%+v", found)
	}
	_, err = client.Customers.Update(t.Context(), customer.ID, ringside.CustomerUpdateParams{BudgetUSD: param.NewOpt(ringside.Decimal{})})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.ForCustomer(customer.ID).Chat.Completions.New(t.Context(), hello)
	if found, ok := ringside.AsError(err); !ok || !errors.Is(found, ringside.ErrCustomerBudgetExceeded) || found.ResetsAt.Value == 0 || found.ShouldRetry.Value {
		t.Errorf("%+v", found)
	}
	other := ringside.CustomerCreateParams{ExternalID: customer.ExternalID}
	if _, err = client.Customers.Create(t.Context(), other); !errors.Is(err, ringside.ErrExternalIDTaken) {
		t.Error(err)
	}
}

func TestAClientTokenChatsAndMintsNothing(t *testing.T) {
	client, customer := live(t)
	token, err := client.Customers.ClientTokens.Create(t.Context(), customer.ID, ringside.ClientTokenCreateParams{TTLSeconds: openai.Int(60)})
	if err != nil {
		t.Fatal(err)
	}
	page := client.WithOptions(ringside.WithClientToken(token.Token.Value))
	if _, err := page.Chat.Completions.New(t.Context(), hello); err != nil {
		t.Error(err)
	}
	if _, err := page.Customers.ClientTokens.Create(t.Context(), customer.ID, ringside.ClientTokenCreateParams{}); !errors.Is(err, ringside.ErrEndpointNotAllowed) {
		t.Error(err)
	}
}

func TestEveryExampleRunsAndSaysSomething(t *testing.T) {
	client, _ := live(t)
	_ = client
	mains, _ := filepath.Glob("examples/*/main.go")
	if len(mains) < 5 {
		t.Fatalf("only %v", mains)
	}
	built := t.TempDir()
	if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", built, "./examples/...").CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	for _, main := range mains {
		name := filepath.Base(filepath.Dir(main))
		command := exec.Command(filepath.Join(built, name))
		command.Env = append(os.Environ(), "FC_BASE_URL="+os.Getenv("RINGSIDE_TEST_GATEWAY"))
		out, err := command.CombinedOutput()
		if err != nil || len(out) < 20 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
