// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/openai/openai-go/v3/option"
)

// expiryMargin is how long before its end a token is fetched anew, so that it does not die on the way.
const expiryMargin = 10 * time.Second

// TokenProvider gives the text of a client token, for example by asking your own server to mint one. Its error ends the
// attempt like a failed connection: it is asked again where the call is retried.
type TokenProvider func(ctx context.Context) (string, error)

// TokenSource is one client token for many calls and clients. Calls that need a new one at the same time share one fetch.
type TokenSource struct {
	provider TokenProvider
	// turn holds one value while somebody reads or fetches: unlike a mutex it lets a cancelled call go.
	turn chan struct{}
	// known is the token, as a function so that printing the source does not show it.
	known func() string
}

// NewTokenSource is a source that asks the provider when it has no token, shortly before a token expires, and once
// more when the gateway says that it has.
func NewTokenSource(provider TokenProvider) *TokenSource {
	return &TokenSource{provider: provider, turn: make(chan struct{}, 1)}
}

// fixedToken is a source without a provider.
func fixedToken(token string) *TokenSource {
	token = strings.TrimSpace(token)
	return &TokenSource{known: func() string { return token }, turn: make(chan struct{}, 1)}
}

// Token is the token to send now.
func (s *TokenSource) Token(ctx context.Context) (string, error) { return s.tokenOtherThan(ctx, "") }

// tokenOtherThan fetches a token if there is none, if it is about to expire, or if it is the one that was refused.
func (s *TokenSource) tokenOtherThan(ctx context.Context, refused string) (string, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if s.known != nil {
		if known := s.known(); s.provider == nil || (known != refused && !expiresSoon(known)) {
			return known, nil
		}
	}
	fetched, err := s.provider(ctx)
	if err != nil {
		return "", err
	}
	token, err := checkedToken(fetched)
	if err != nil {
		return "", err
	}
	s.known = func() string { return token }
	return token, nil
}

// forOneCall makes a call send the tokens of this source, whatever its client has. The header names the source until
// the token takes its place: so the last credential given wins, and a key or a source that lost is left alone.
func (s *TokenSource) forOneCall() option.RequestOption {
	return composed(option.WithHeader("Authorization", s.placeholder()), option.WithMiddleware(s.authenticate))
}

func (s *TokenSource) placeholder() string { return fmt.Sprintf("Client of-source-%p", s) }

// authenticate sends the token, and a call that is refused because its token has expired once more with a new one.
func (s *TokenSource) authenticate(request *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	if given := request.Header.Get("Authorization"); given != "" && given != s.placeholder() { // the call brings its own
		return next(request)
	}
	token, err := s.Token(request.Context())
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Client "+token)
	response, err := next(request)
	if err != nil || s.provider == nil || !saysExpired(response) || !rewound(request) {
		return response, err
	}
	fresh, err := s.tokenOtherThan(request.Context(), token)
	if err != nil || fresh == token {
		return response, nil
	}
	_ = response.Body.Close()
	request.Header.Set("Authorization", "Client "+fresh)
	return next(request)
}

// saysExpired reads the error's code and leaves the answer as it was.
func saysExpired(response *http.Response) bool {
	if response.StatusCode != http.StatusUnauthorized {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, mostErrorBytes))
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), response.Body), response.Body}
	return err == nil && envelopeOf(body).Code == codeTokenExpired
}

// rewound makes the request's body ready to be sent again; false where it can be read only once.
func rewound(request *http.Request) bool {
	if request.Body == nil || request.Body == http.NoBody {
		return true
	}
	if request.GetBody == nil {
		return false
	}
	body, err := request.GetBody()
	request.Body = body
	return err == nil
}

// checkedToken is the token without blanks around it. The error never quotes it.
func checkedToken(token string) (string, error) {
	token = strings.TrimSpace(token)
	if !isVisible(token) {
		return "", errors.New("a client token must be a text of visible ASCII characters")
	}
	return token, nil
}

// expiresSoon reads the token's exp claim; a text that is no readable JWT is simply sent.
func expiresSoon(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) < 2 {
		return false
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return false
	}
	var told struct {
		Exp *float64 `json:"exp"`
	}
	if json.Unmarshal(claims, &told) != nil || told.Exp == nil {
		return false
	}
	return time.Until(time.Unix(int64(*told.Exp), 0)) <= expiryMargin
}
