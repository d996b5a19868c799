// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checker turns what was said into the parts of a ref and keeps the first mistake.
type checker struct{ err error }

func (c *checker) refuse(part, message string, values ...any) {
	if c.err == nil {
		c.err = &ModelRefError{part, fmt.Sprintf(message, values...)}
	}
}

func (c *checker) text(part, text string, shape *regexp.Regexp) string {
	if err := fits(part, text, shape); err != nil && c.err == nil {
		c.err = err
	}
	return text
}

func (c *checker) version(value *any) string {
	if value == nil {
		return ""
	}
	text, isText := wholeOrText(*value)
	if isText && versionShape.MatchString(text) {
		return strings.ReplaceAll(text, "-", ".")
	}
	hint := ""
	switch (*value).(type) {
	case float32, float64:
		hint = ": write a fraction as a text, since 4.10 and 4.1 are one number"
	}
	c.refuse("version", `%#v is not a version such as 4 or "4.5"%s`, *value, hint)
	return ""
}

// choice is empty for the default, which is the first.
func (c *checker) choice(part string, value *any, allowed []string) string {
	if value == nil {
		return ""
	}
	text, _ := (*value).(string)
	if !slices.Contains(allowed, text) {
		c.refuse(part, "%#v is not a valid %s; one of %s", *value, part, strings.Join(allowed, ", "))
	}
	if text == allowed[0] {
		return ""
	}
	return text
}

// price is the amount without exponent and trailing zeros.
func (c *checker) price(part string, value *any) string {
	if value == nil {
		return ""
	}
	text, isText := wholeOrText(*value)
	switch number := (*value).(type) {
	case Decimal:
		text, isText = number.String(), true
	case float64:
		text, isText = strconv.FormatFloat(number, 'f', -1, 64), true
	}
	if !isText || !moneyShape.MatchString(text) {
		c.refuse(part, "%#v is not an amount in USD with at most 9 decimal places", *value)
		return ""
	}
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func (c *checker) context(value *any) int64 {
	if value == nil {
		return 0
	}
	text, _ := wholeOrText(*value)
	if !wholeShape.MatchString(text) {
		c.refuse("min_context", "%#v is not a whole number of tokens above 0", *value)
	}
	tokens, _ := strconv.ParseInt(text, 10, 64)
	return tokens
}

// needs are sorted, each once. Not nil but empty: something was asked for, and nothing named.
func (c *checker) needs(asked []string) []string {
	if asked == nil {
		return nil
	}
	if len(asked) == 0 {
		c.refuse("needs", "name at least one of %s", strings.Join(capabilities, ", "))
	}
	for _, need := range asked {
		if !slices.Contains(capabilities, need) {
			c.refuse("needs", "%q is not a valid need; one of %s", need, strings.Join(capabilities, ", "))
		}
	}
	sorted := slices.Sorted(slices.Values(asked))
	return slices.Compact(sorted)
}

func wholeOrText(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case int:
		return strconv.Itoa(value), true
	case int32:
		return strconv.FormatInt(int64(value), 10), true
	case int64:
		return strconv.FormatInt(value, 10), true
	}
	return "", false
}

// selectorShape splits what follows match: into provider, family, the bounds of three kinds, and the query.
var selectorShape = regexp.MustCompile(
	`(?s)^([^/]*)/([^,<>=?]*)(?:>=([^,<>=?]*)(?:,<([^,<>=?]*))?|<([^,<>=?]*)|=([^,<>=?]*))?(?:\?(.*))?$`)

// readRef is lenient in two points: a version may be written with `-` for `.`, and defaults may be spelt out.
func readRef(text string) (ModelRef, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch kind {
	case "slot":
		if err := fits("alias", rest, aliasShape); err != nil {
			return nil, err
		}
		return SlotRef{rest}, nil
	case "match":
		return readMatch(rest)
	case "fc":
		ref, err := fcRef(rest)
		if err != nil {
			return nil, err
		}
		return ref, nil
	}
	return nil, &ModelRefError{"prefix", "a ref starts with fc:, slot: or match:"}
}

func readMatch(text string) (ModelRef, error) {
	at := selectorShape.FindStringSubmatchIndex(text)
	if at == nil {
		part := "family"
		if strings.Contains(text, "/") {
			part = "version"
		}
		return nil, &ModelRefError{part, "a match ref is <provider>/<family>, then >=4, <6 or =4.5, then ? and a query"}
	}
	group := func(number int) *any {
		if at[2*number] < 0 {
			return nil
		}
		return said(text[at[2*number]:at[2*number+1]])
	}
	parts := matchParts{
		provider: (*group(1)).(string), family: (*group(2)).(string),
		minVersion: group(3), maxVersion: group(4), version: group(6),
	}
	if parts.maxVersion == nil {
		parts.maxVersion = group(5)
	}
	if query := group(7); query != nil {
		if err := parts.readQuery((*query).(string)); err != nil {
			return nil, err
		}
	}
	ref, err := matchRef(parts)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(ref.Needs, parts.needs) {
		return nil, &ModelRefError{"needs", "needs are written in alphabetical order, each once"}
	}
	return ref, nil
}

// readQuery takes the keys in alphabetical order, each at most once.
func (p *matchParts) readQuery(query string) error {
	before := ""
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key <= before || !slices.Contains(queryKeys, key) {
			return &ModelRefError{"query", "the query has these keys, in this order, each once: " + strings.Join(queryKeys, ", ")}
		}
		before = key
		if key == "needs" {
			p.needs = strings.Split(value, ",")
			continue
		}
		*p.byKey(key) = said(value)
	}
	return nil
}

func (p *matchParts) byKey(key string) **any {
	return map[string]**any{
		"channel": &p.channel, "max_input_usd": &p.maxInputUSD, "max_output_usd": &p.maxOutputUSD,
		"min_context": &p.minContext, "sort": &p.sort,
	}[key]
}
