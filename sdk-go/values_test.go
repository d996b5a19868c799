// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3/packages/param"
)

func TestADecimalHasOneText(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "10": "10", "10.50": "10.5", "007": "7", "-0.000000007": "-0.000000007",
		"1e3": "1000", "1E-9": "0.000000001", "12.5e1": "125", "1.25e-2": "0.0125", "-1e0": "-1", "100e-2": "1", "0e5": "0",
	} {
		found, err := NewDecimal(text)
		if err != nil || found.String() != want || found != USD(want) {
			t.Errorf("%s is %v, %v; want %s", text, found, err, want)
		}
	}
	for _, text := range []string{"", "x", "1.", ".5", "+1", " 1", "NaN", "Infinity", "1e101", "1e999999999", "--1", "1e", strings.Repeat("1", 200)} {
		if found, err := NewDecimal(text); err == nil {
			t.Errorf("%q became %v", text, found)
		}
	}
}

func TestADecimalIsAsJSONWhatItWas(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		text := strconv.FormatInt(random.Int64N(1e12)-5e11, 10)
		if random.IntN(2) == 0 {
			text += "." + strconv.FormatInt(random.Int64N(1e9), 10)
		}
		var found Decimal
		if err := json.Unmarshal([]byte(text), &found); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(found)
		if USD(string(again)) != found || found.Rat().Cmp(USD(text).Rat()) != 0 {
			t.Errorf("%s became %s", text, again)
		}
	}
	var quoted Decimal
	if err := json.Unmarshal([]byte(`"12.50"`), &quoted); err != nil || quoted != USD("12.5") {
		t.Errorf("%v %v", quoted, err)
	}
	for _, text := range []string{`true`, `"x"`, `{}`} {
		if json.Unmarshal([]byte(text), &quoted) == nil {
			t.Errorf("%s became an amount", text)
		}
	}
}

func TestDecimalsAreCompared(t *testing.T) {
	small, large := USD("0.1"), USD("1e1")
	if small.Cmp(large) != -1 || large.Cmp(small) != 1 || small.Cmp(USD("0.10")) != 0 || small.Sign() != 1 || (Decimal{}).Sign() != 0 {
		t.Error("wrong order")
	}
	if large.Float64() != 10 {
		t.Error(large.Float64())
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	USD("ten")
}

func TestMetaReadsWhatTheHeadersSay(t *testing.T) {
	header := http.Header{}
	for name, value := range map[string]string{
		"X-Request-ID": "req_1", "X-Ringside-Model-Resolved": "fc:a/b", "X-Ringside-Models-Tried": "fc:c/d, fc:a/b",
		"X-Ringside-Fallback-Triggered": "true", "X-Ringside-Wallet-Balance": "9.999985", "X-Ringside-Cost": "odd",
		"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "x", "Idempotency-Replayed": "true",
	} {
		header.Set(name, value)
	}
	found := Meta(&http.Response{Header: header})
	if found.RequestID != "req_1" || found.ModelResolved != "fc:a/b" || len(found.ModelsTried) != 2 || !found.FallbackTriggered {
		t.Errorf("%+v", found)
	}
	if found.WalletBalance.Value != USD("9.999985") || found.Cost.Valid() || found.RateLimitRemaining.Value != 7 || found.RateLimitReset.Valid() || !found.IdempotencyReplayed {
		t.Errorf("%+v", found)
	}
	if Meta(nil).RequestID != "" {
		t.Error("nil said something")
	}
}

func TestABuilderCanBeTheStartOfSeveral(t *testing.T) {
	start := Model.Match("anthropic", "sonnet").Needs("vision")
	one, other := start.Needs("tools").MustBuild(), start.Needs("audio").MinVersion(4).MustBuild()
	if one != "match:anthropic/sonnet?needs=tools,vision" || other != "match:anthropic/sonnet>=4?needs=audio,vision" {
		t.Errorf("%s, %s", one, other)
	}
	if text := start.MaxInputUSD(USD("0.150")).MaxOutputUSD(1.5).MustBuild(); text != "match:anthropic/sonnet?max_input_usd=0.15&max_output_usd=1.5&needs=vision" {
		t.Error(text)
	}
	for _, version := range []any{4.1, float32(4), true, nil, -1} {
		var refused *ModelRefError
		if _, err := start.MinVersion(version).Build(); !errors.As(err, &refused) || refused.Part != "version" {
			t.Errorf("%v: %v", version, err)
		}
	}
}

func TestAUnionIsReadAsItsMember(t *testing.T) {
	type member struct {
		Name string `json:"name"`
	}
	if found := readAs[member](`{"name":"x"}`); found.Name != "x" {
		t.Errorf("%+v", found)
	}
}

func TestAnOptionalFieldTellsAbsentNullAndThereApart(t *testing.T) {
	var found struct {
		A, B, C param.Opt[int64]
		JSON    ObjectJSON `json:"-"`
	}
	type target struct {
		A    param.Opt[int64] `json:"a"`
		B    param.Opt[int64] `json:"b"`
		C    param.Opt[int64] `json:"c"`
		JSON ObjectJSON       `json:"-"`
	}
	var into target
	if err := decodeObject([]byte(`{"a":0,"b":null}`), &into, &into.JSON); err != nil {
		t.Fatal(err)
	}
	if !into.A.Valid() || into.B.Valid() || !param.IsNull(into.B) || param.IsNull(into.C) || into.C != found.C {
		t.Errorf("%+v", into)
	}
	if text, _ := encodeObject(into, into.JSON); string(text) != `{"a":0,"b":null}` {
		t.Error(string(text))
	}
}

// Pure files know nothing of the client, and only compat.go leans on what the host does not document.
func TestImportsPointDownwardsOnly(t *testing.T) {
	pure := map[string]bool{"model.go": true, "model_refs.go": true, "model_parts.go": true, "decimal.go": true, "webhook_signature.go": true}
	names, _ := filepath.Glob("*.go")
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, used := range file.Imports {
			if pure[name] && strings.Contains(used.Path.Value, "openai") {
				t.Errorf("%s imports %s", name, used.Path.Value)
			}
		}
	}
}

func TestTheVersionIsTheSameEverywhere(t *testing.T) {
	text, err := os.ReadFile("../VERSION")
	if err != nil || strings.TrimSpace(string(text)) != Version {
		t.Errorf("%s, %v", text, err)
	}
}
