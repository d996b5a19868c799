// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/fightclub/ringside-go"
)

// vectors reads a file of spec/ that every SDK and the gateway are held to.
func vectors(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile("../spec/" + path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// refVectors is spec/model_refs/vectors.json as far as builders and readers go.
type refVectors struct {
	Build []struct {
		Steps       [][]json.RawMessage
		Text, Error string
	}
	Parse []struct {
		Text  string
		Parts map[string]any
		Error any
	}
	Canonical []struct{ Text, Canonical string }
}

// built runs a builder's steps by the names of its methods.
func built(t *testing.T, steps [][]json.RawMessage) (string, error) {
	t.Helper()
	current := reflect.ValueOf(ringside.Model)
	for _, step := range steps {
		var name string
		if err := json.Unmarshal(step[0], &name); err != nil {
			t.Fatal(err)
		}
		method := current.MethodByName(methodNames[name])
		if !method.IsValid() {
			t.Fatalf("no method for %s", name)
		}
		arguments := make([]reflect.Value, 0, len(step)-1)
		for index, raw := range step[1:] {
			kind := method.Type().In(min(index, method.Type().NumIn()-1))
			if method.Type().IsVariadic() && index >= method.Type().NumIn()-1 {
				kind = kind.Elem()
			}
			value, ok := argument(raw, kind)
			if !ok {
				return "", &ringside.ModelRefError{Part: name, Message: "the compiler refuses this"}
			}
			arguments = append(arguments, value)
		}
		results := method.Call(arguments)
		if len(results) == 2 {
			err, _ := results[1].Interface().(error)
			return results[0].String(), err
		}
		current = results[0]
	}
	return current.Interface().(ringside.MatchBuilder).Build()
}

var methodNames = map[string]string{
	"fc": "Fc", "slot": "Slot", "match": "Match", "min_version": "MinVersion", "max_version": "MaxVersion",
	"version": "Version", "needs": "Needs", "min_context": "MinContext", "max_input_usd": "MaxInputUSD",
	"max_output_usd": "MaxOutputUSD", "sort": "Sort", "channel": "Channel",
}

// argument is a vector's value as a Go program would write it.
func argument(raw json.RawMessage, kind reflect.Type) (reflect.Value, bool) {
	var value any
	if json.Unmarshal(raw, &value) != nil || value == nil {
		return reflect.Value{}, false
	}
	if number, isNumber := value.(float64); isNumber {
		if whole, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
			value = int(whole)
		} else {
			value = number
		}
	}
	found := reflect.ValueOf(value)
	if found.Type().AssignableTo(kind) {
		return found, true
	}
	if kind.Kind() == reflect.Int64 && found.Kind() == reflect.Int {
		return found.Convert(kind), true
	}
	return reflect.Value{}, false
}

func TestABuilderEmitsTheTextOrRefusesThePart(t *testing.T) {
	var listed refVectors
	vectors(t, "model_refs/vectors.json", &listed)
	for _, vector := range listed.Build {
		text, err := built(t, vector.Steps)
		var refused *ringside.ModelRefError
		switch {
		case vector.Error != "" && !errors.As(err, &refused):
			t.Errorf("%s: built %q, not refused", vector.Steps, text)
		case vector.Error == "" && (err != nil || text != vector.Text):
			t.Errorf("%s: %q, %v; want %q", vector.Steps, text, err, vector.Text)
		case vector.Error != "" && refused.Message != "the compiler refuses this" && refused.Part != vector.Error:
			t.Errorf("%s: the part is %q, not %q", vector.Steps, refused.Part, vector.Error)
		}
	}
	if len(listed.Build) < 20 {
		t.Errorf("only %d vectors", len(listed.Build))
	}
}

func TestATextHasTheseParts(t *testing.T) {
	var listed refVectors
	vectors(t, "model_refs/vectors.json", &listed)
	canonical := map[string]string{}
	for _, vector := range listed.Canonical {
		canonical[vector.Text] = vector.Canonical
	}
	for _, vector := range listed.Parse {
		ref, err := ringside.Model.Parse(vector.Text)
		if vector.Error != nil {
			if err == nil || ref != nil {
				t.Errorf("%q was read as %v", vector.Text, ref)
			}
			continue
		}
		want := vector.Text
		if text, ok := canonical[vector.Text]; ok {
			want = text
		}
		if err != nil || ref.String() != want {
			t.Errorf("%q: %v, %v; want %q", vector.Text, ref, err, want)
			continue
		}
		for part, value := range vector.Parts {
			if got := partOf(ref, part); got != fmt.Sprint(value) {
				t.Errorf("%q: %s is %q, not %v", vector.Text, part, got, value)
			}
		}
	}
}

// partOf is a part by its name in the vectors; the kind is the type's own name.
func partOf(ref ringside.ModelRef, part string) string {
	if part == "kind" {
		return map[string]string{"FcRef": "fc", "SlotRef": "slot", "MatchRef": "match"}[reflect.TypeOf(ref).Name()]
	}
	name := map[string]string{
		"provider": "Provider", "model": "Model", "alias": "Alias", "family": "Family", "min_version": "MinVersion",
		"max_version": "MaxVersion", "version": "Version", "channel": "Channel", "max_input_usd": "MaxInputUSD",
		"max_output_usd": "MaxOutputUSD", "min_context": "MinContext", "needs": "Needs", "sort": "Sort",
	}[part]
	field := reflect.ValueOf(ref).FieldByName(name)
	if !field.IsValid() {
		return "no field for " + part
	}
	return fmt.Sprint(field.Interface())
}

func TestATextHasOneCanonicalForm(t *testing.T) {
	var listed refVectors
	vectors(t, "model_refs/vectors.json", &listed)
	for _, vector := range listed.Canonical {
		if ref, err := ringside.Model.Parse(vector.Text); err != nil || ref.String() != vector.Canonical {
			t.Errorf("%q: %v, %v; want %q", vector.Text, ref, err, vector.Canonical)
		}
	}
}

func TestADeliveryIsAcceptedOrRefusedWithItsReason(t *testing.T) {
	var listed struct {
		Golden []struct {
			Payload, Secret, V1 string
			Time                int64
		}
		Verify []struct {
			Name, Payload, Event, Reason string
			Headers                      [][2]string
			Secrets                      []string
			Tolerance                    *int64
			Now                          int64
		}
	}
	vectors(t, "signatures/vectors.json", &listed)
	for _, vector := range listed.Golden {
		payload, _ := base64.StdEncoding.DecodeString(vector.Payload)
		want := fmt.Sprintf("t=%d,v1=%s", vector.Time, vector.V1)
		if got, err := ringside.SignWebhook(payload, time.Unix(vector.Time, 0), vector.Secret); err != nil || got != want {
			t.Errorf("signed %q, %v; want %q", got, err, want)
		}
	}
	for _, vector := range listed.Verify {
		payload, _ := base64.StdEncoding.DecodeString(vector.Payload)
		header := http.Header{}
		for _, pair := range vector.Headers {
			header[pair[0]] = append(header[pair[0]], pair[1])
		}
		opts := []ringside.VerifyOption{ringside.VerifySecret(vector.Secrets...), ringside.VerifyAt(time.Unix(vector.Now, 0))}
		if vector.Tolerance == nil {
			opts = append(opts, ringside.VerifyWithoutTime())
		} else {
			opts = append(opts, ringside.VerifyTolerance(time.Duration(*vector.Tolerance)*time.Second))
		}
		event, err := ringside.VerifyWebhook(payload, header, opts...)
		var refused *ringside.WebhookError
		switch {
		case vector.Reason == "" && (err != nil || event.ID != vector.Event):
			t.Errorf("%s: %v, %v", vector.Name, event, err)
		case vector.Reason != "" && (!errors.As(err, &refused) || string(refused.Reason) != vector.Reason):
			t.Errorf("%s: %v; want %s", vector.Name, err, vector.Reason)
		}
	}
}
