// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// mostSignatures is more than any rotation needs: each one costs a digest.
const mostSignatures = 32

var (
	// timeShape is unix seconds; twelve digits last until the year 33658.
	timeShape   = regexp.MustCompile(`^[0-9]{1,12}$`)
	digestShape = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// signature is a header's content.
type signature struct {
	stamp   string
	at      time.Time
	digests [][]byte
}

// signatureOf reads `t=<unix>,v1=<hex>[,v1=<hex>…]`; blanks around commas and unknown keys are allowed.
func signatureOf(header http.Header) (found signature, err error) {
	value, err := onlySignature(header)
	if err != nil {
		return found, err
	}
	times := 0
	for part := range strings.SplitSeq(value, ",") {
		key, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case text == "":
			return found, malformed("it is not a list of key=value pairs")
		case key == "t":
			times++
			found.stamp = text
		case key == "v1" && !digestShape.MatchString(text):
			return found, malformed("a v1 is not 64 lower-case hex digits")
		case key == "v1":
			raw, _ := hex.DecodeString(text)
			found.digests = append(found.digests, raw)
		}
	}
	switch {
	case times != 1 || !timeShape.MatchString(found.stamp):
		return found, malformed("it needs exactly one t in unix seconds")
	case len(found.digests) == 0:
		return found, malformed("it holds no v1 signature")
	case len(found.digests) > mostSignatures:
		return found, malformed("it holds too many signatures")
	}
	seconds, _ := strconv.ParseInt(found.stamp, 10, 64)
	found.at = time.Unix(seconds, 0)
	return found, nil
}

// onlySignature is the one value of the header, however its name is spelt.
func onlySignature(header http.Header) (string, error) {
	var values []string
	standard := false
	for name, given := range header {
		if strings.EqualFold(name, SignatureHeader) {
			values = append(values, given...)
		}
		standard = standard || strings.EqualFold(name, "Webhook-Signature")
	}
	switch {
	case len(values) > 1:
		return "", malformed("it came twice")
	case len(values) == 1:
		return values[0], nil
	case standard:
		return "", &WebhookError{ReasonMissingHeader, SignatureHeader + " is missing; these are Standard Webhooks headers: check them with Webhooks.Unwrap"}
	}
	return "", &WebhookError{ReasonMissingHeader, SignatureHeader + " is missing"}
}

func malformed(why string) error {
	return &WebhookError{ReasonMalformedHeader, SignatureHeader + " cannot be read: " + why}
}

// matches compares all with all, so that the time taken says nothing about which one fits.
func (s signature) matches(secrets []string, payload []byte) bool {
	found := false
	for _, secret := range secrets {
		wanted := digest(secret, s.stamp, payload)
		for _, given := range s.digests {
			found = hmac.Equal(wanted, given) || found
		}
	}
	return found
}
