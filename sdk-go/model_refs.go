// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The grammar of model refs: parts checked, parts written, text read. Rule and vectors: spec/model_refs.

var (
	nameShape    = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,63}$`)
	modelShape   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}$`)
	aliasShape   = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	versionShape = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})([.-](0|[1-9][0-9]{0,8})){0,2}$`)
	moneyShape   = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?$`)
	wholeShape   = regexp.MustCompile(`^[1-9][0-9]{0,9}$`)

	capabilities = []string{"audio", "caching", "json_schema", "reasoning", "tools", "vision"}
	sorts        = []string{"newest", "cheapest", "largest_context"}
	channels     = []string{"stable", "preview"}
)

// ModelRefError is a ref that cannot be built or read; Part names what is wrong with it.
type ModelRefError struct{ Part, Message string }

func (e *ModelRefError) Error() string { return "ringside: " + e.Message }

// ModelRef is an [FcRef], a [SlotRef] or a [MatchRef]; its String is the canonical text.
type ModelRef interface {
	fmt.Stringer
	isModelRef()
}

// FcRef is the parts of fc:<provider>/<model>.
type FcRef struct{ Provider, Model string }

// SlotRef is the part of slot:<alias>.
type SlotRef struct{ Alias string }

// MatchRef is the parts of a match: ref, empty for what is not there or is the default.
type MatchRef struct {
	Provider, Family                string
	MinVersion, MaxVersion, Version string
	Channel                         string
	MaxInputUSD, MaxOutputUSD       string
	MinContext                      int64
	Needs                           []string
	Sort                            string
}

func (FcRef) isModelRef()    {}
func (SlotRef) isModelRef()  {}
func (MatchRef) isModelRef() {}

func (r FcRef) String() string {
	if r == (FcRef{}) {
		return ""
	}
	return "fc:" + r.Provider + "/" + r.Model
}

func (r SlotRef) String() string { return "slot:" + r.Alias }

func (r MatchRef) String() string {
	var bounds, query []string
	for _, bound := range [][2]string{{">=", r.MinVersion}, {"<", r.MaxVersion}, {"=", r.Version}} {
		if bound[1] != "" {
			bounds = append(bounds, bound[0]+bound[1])
		}
	}
	context := ""
	if r.MinContext != 0 {
		context = strconv.FormatInt(r.MinContext, 10)
	}
	for index, value := range []string{r.Channel, r.MaxInputUSD, r.MaxOutputUSD, context, strings.Join(r.Needs, ","), r.Sort} {
		if value != "" {
			query = append(query, queryKeys[index]+"="+value)
		}
	}
	text := "match:" + r.Provider + "/" + r.Family + strings.Join(bounds, ",")
	if len(query) > 0 {
		text += "?" + strings.Join(query, "&")
	}
	return text
}

// queryKeys in the order of the canonical text, which is the alphabet's.
var queryKeys = []string{"channel", "max_input_usd", "max_output_usd", "min_context", "needs", "sort"}

// matchParts are what a builder or a text said; nil for what was not said.
type matchParts struct {
	provider, family                string
	minVersion, maxVersion, version *any
	channel, sort                   *any
	maxInputUSD, maxOutputUSD       *any
	minContext                      *any
	needs                           []string
}

func said(value any) *any { return &value }

func fits(part, text string, shape *regexp.Regexp) error {
	if shape.MatchString(text) {
		return nil
	}
	return &ModelRefError{part, fmt.Sprintf("%q is not a valid %s; it must match %s", text, part, shape)}
}

func fcRef(text string) (FcRef, error) {
	provider, model, hasModel := strings.Cut(text, "/")
	if !hasModel {
		return FcRef{}, &ModelRefError{"model", "a direct ref needs a provider and a model"}
	}
	if err := fits("provider", provider, nameShape); err != nil {
		return FcRef{}, err
	}
	for _, prefix := range []string{"fc:", "slot:", "match:"} {
		if strings.HasPrefix(model, prefix) {
			return FcRef{}, &ModelRefError{"model", fmt.Sprintf("%q is a ref already, not a model", model)}
		}
	}
	if err := fits("model", model, modelShape); err != nil {
		return FcRef{}, err
	}
	return FcRef{provider, model}, nil
}

// matchRef checks the parts; the error names the one that is wrong.
func matchRef(parts matchParts) (MatchRef, error) {
	check := &checker{}
	ref := MatchRef{
		Provider:     parts.provider,
		Family:       check.text("family", parts.family, nameShape),
		MinVersion:   check.version(parts.minVersion),
		MaxVersion:   check.version(parts.maxVersion),
		Version:      check.version(parts.version),
		Channel:      check.choice("channel", parts.channel, channels),
		MaxInputUSD:  check.price("max_input_usd", parts.maxInputUSD),
		MaxOutputUSD: check.price("max_output_usd", parts.maxOutputUSD),
		MinContext:   check.context(parts.minContext),
		Needs:        check.needs(parts.needs),
		Sort:         check.choice("sort", parts.sort, sorts),
	}
	if ref.Provider != "*" {
		check.text("provider", ref.Provider, nameShape)
	}
	if ref.Version != "" && (ref.MinVersion != "" || ref.MaxVersion != "") {
		check.refuse("version", "an exact version leaves no room for a least or a highest one")
	}
	if ref.MinVersion != "" && ref.MaxVersion != "" && slices.Compare(numbers(ref.MinVersion), numbers(ref.MaxVersion)) >= 0 {
		check.refuse("version", "the highest version must lie above the least one")
	}
	return ref, check.err
}

// numbers are a version's parts, missing ones as zero.
func numbers(version string) []int {
	found := make([]int, 3)
	for index, text := range strings.Split(version, ".") {
		found[index], _ = strconv.Atoi(text)
	}
	return found
}
