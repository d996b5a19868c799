// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// mostExponent keeps an absurd exponent from becoming a gigabyte of zeros.
const mostExponent = 100

var decimalText = regexp.MustCompile(`^-?[0-9]{1,100}(\.[0-9]{1,100})?([eE][+-]?[0-9]{1,3})?$`)

// Decimal is an exact decimal number, such as an amount in US dollars. The zero value is 0. Equal numbers are equal
// with ==, however they were written.
type Decimal struct {
	// text is the shortest plain form; empty for 0.
	text string
}

// NewDecimal reads a number such as "12.5", "-0.000000007" or "1e-9".
func NewDecimal(text string) (Decimal, error) {
	if !decimalText.MatchString(text) {
		return Decimal{}, fmt.Errorf("ringside: %.40q is not a decimal number", text)
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	shift := 0
	if exponent != "" {
		shift, _ = strconv.Atoi(exponent)
	}
	if shift > mostExponent || shift < -mostExponent {
		return Decimal{}, fmt.Errorf("ringside: the exponent of %.40q is out of range", text)
	}
	return Decimal{text: plain(mantissa, shift)}, nil
}

// USD is [NewDecimal] for amounts written in a program; it panics when the text is no number.
func USD(text string) Decimal {
	found, err := NewDecimal(text)
	if err != nil {
		panic(err)
	}
	return found
}

// plain writes a mantissa, its point moved, without exponent and without zeros that say nothing.
func plain(mantissa string, shift int) string {
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+shift
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	whole = strings.TrimLeft(digits[:point-1], "0") + digits[point-1:point]
	if len(whole) > 1 {
		whole = strings.TrimLeft(whole, "0")
	}
	if whole == "" {
		whole = "0"
	}
	if fraction = strings.TrimRight(digits[point:], "0"); fraction != "" {
		whole += "." + fraction
	}
	if whole == "0" {
		return ""
	}
	if negative {
		return "-" + whole
	}
	return whole
}

// String is the shortest plain form: "0", "12.5".
func (d Decimal) String() string {
	if d.text == "" {
		return "0"
	}
	return d.text
}

// Rat is the number for exact arithmetic.
func (d Decimal) Rat() *big.Rat {
	found, _ := new(big.Rat).SetString(d.String())
	return found
}

// Float64 is the nearest float; not for sums of money.
func (d Decimal) Float64() float64 {
	found, _ := d.Rat().Float64()
	return found
}

// Cmp is -1, 0 or +1 as the number is less than, equal to or greater than the other.
func (d Decimal) Cmp(other Decimal) int { return d.Rat().Cmp(other.Rat()) }

// Sign is -1, 0 or +1.
func (d Decimal) Sign() int { return d.Rat().Sign() }

// MarshalJSON writes a JSON number with every digit.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a JSON number, or one written as a text.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	text := string(data)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	found, err := NewDecimal(text)
	if err != nil {
		return errors.New("ringside: not an amount: " + err.Error())
	}
	*d = found
	return nil
}
