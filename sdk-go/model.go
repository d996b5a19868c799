// SPDX-License-Identifier: Apache-2.0

package ringside

// Model builds and reads model refs, the texts that every `model` argument takes. It looks nothing up.
//
// Only `>=` is published; everything else of the grammar is Ringside's own. Rule and vectors: spec/model_refs.
var Model modelRefs

type modelRefs struct{}

// Fc is one model of one provider: Model.Fc("openai", "gpt-4o-mini") or Model.Fc("openai/gpt-4o-mini"). It returns a
// [ModelRefError] for what is no such ref.
func (modelRefs) Fc(provider string, model ...string) (string, error) {
	ref, err := fcRef(joined(provider, model))
	return ref.String(), err
}

// MustFc is Fc for refs written in a program; it panics on an error.
func (m modelRefs) MustFc(provider string, model ...string) string {
	return must(m.Fc(provider, model...))
}

// Slot is an alias you defined: Model.Slot("fast-chat"). It returns a [ModelRefError] for what is no alias.
func (modelRefs) Slot(alias string) (string, error) {
	if err := fits("alias", alias, aliasShape); err != nil {
		return "", err
	}
	return SlotRef{alias}.String(), nil
}

// MustSlot is Slot for aliases written in a program; it panics on an error.
func (m modelRefs) MustSlot(alias string) string { return must(m.Slot(alias)) }

// Match is the best model of a family, chosen when a request arrives. The provider "*" stands for any.
func (modelRefs) Match(provider, family string) MatchBuilder {
	return MatchBuilder{matchParts{provider: provider, family: family}}
}

// Parse is the ref's parts; its String is the canonical text. It returns a [ModelRefError] for what is no ref.
func (modelRefs) Parse(text string) (ModelRef, error) { return readRef(text) }

// MatchBuilder is a match: ref in the making. Every method gives another builder, so that one can be the start of
// several; Build tells mistakes.
type MatchBuilder struct{ parts matchParts }

// MinVersion admits this version and later ones: 4 admits 4, 4.5 and 5. It is an int or a text such as "4.5", never a
// float: 4.10 and 4.1 are one number but two versions.
func (b MatchBuilder) MinVersion(version any) MatchBuilder {
	b.parts.minVersion = said(version)
	return b
}

// MaxVersion admits versions below this one: 6 excludes 6 and all later ones.
func (b MatchBuilder) MaxVersion(version any) MatchBuilder {
	b.parts.maxVersion = said(version)
	return b
}

// Version admits exactly this version; it excludes the other two.
func (b MatchBuilder) Version(version any) MatchBuilder {
	b.parts.version = said(version)
	return b
}

// Needs admits only models that can do all of these: audio, caching, json_schema, reasoning, tools, vision. It adds to
// earlier needs.
func (b MatchBuilder) Needs(capabilities ...string) MatchBuilder {
	// Never nil: naming none is a mistake, saying nothing is not.
	b.parts.needs = append(append([]string{}, b.parts.needs...), capabilities...)
	return b
}

// MinContext admits only models with room for this many tokens.
func (b MatchBuilder) MinContext(tokens int64) MatchBuilder {
	b.parts.minContext = said(tokens)
	return b
}

// MaxInputUSD admits only models whose input costs at most this much per million tokens: a [Decimal], an int, a float64
// or a text.
func (b MatchBuilder) MaxInputUSD(perMillionTokens any) MatchBuilder {
	b.parts.maxInputUSD = said(perMillionTokens)
	return b
}

// MaxOutputUSD admits only models whose output costs at most this much per million tokens.
func (b MatchBuilder) MaxOutputUSD(perMillionTokens any) MatchBuilder {
	b.parts.maxOutputUSD = said(perMillionTokens)
	return b
}

// Sort is what makes a model the best one: newest (when not said), cheapest or largest_context.
func (b MatchBuilder) Sort(order string) MatchBuilder {
	b.parts.sort = said(order)
	return b
}

// Channel is stable (when not said) or preview, which admits both.
func (b MatchBuilder) Channel(channel string) MatchBuilder {
	b.parts.channel = said(channel)
	return b
}

// Build is the canonical text, or a [ModelRefError] that names the part that is wrong.
func (b MatchBuilder) Build() (string, error) {
	ref, err := matchRef(b.parts)
	if err != nil {
		return "", err
	}
	return ref.String(), nil
}

// MustBuild is Build for refs written in a program; it panics on an error.
func (b MatchBuilder) MustBuild() string { return must(b.Build()) }

func joined(provider string, model []string) string {
	for _, part := range model {
		provider += "/" + part
	}
	return provider
}

func must(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}
