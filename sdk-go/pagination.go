// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"

	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
)

// Page is one page of a list, newest first.
type Page[T any] struct {
	Object  string `json:"object"`
	Data    []T    `json:"data"`
	HasMore bool   `json:"has_more"`
	// NextCursor is what the next page begins after.
	NextCursor param.Opt[string] `json:"next_cursor"`
	FirstID    param.Opt[string] `json:"first_id"`
	LastID     param.Opt[string] `json:"last_id"`
	// JSON tells what came on the wire.
	JSON ObjectJSON `json:"-"`

	// fetch gives the page at a cursor in the direction of this one.
	fetch func(ctx context.Context, cursor string) (*Page[T], error)
	// before is set where the list is walked backwards.
	before bool
	// seen are the cursors followed so far.
	seen []string
}

// UnmarshalJSON keeps what this version does not know.
func (p *Page[T]) UnmarshalJSON(data []byte) error { return decodeObject(data, p, &p.JSON) }

// MarshalJSON gives what came, unknown fields included.
func (p Page[T]) MarshalJSON() ([]byte, error) { return encodeObject(p, p.JSON) }

// RawJSON is the page's text as it came.
func (p *Page[T]) RawJSON() string { return p.JSON.raw }

// HasNext tells whether another page follows. An empty page with more behind it is not the end.
func (p *Page[T]) HasNext() bool { return p.HasMore && p.cursor() != "" }

// Next is the page that follows, in the direction of this one; nil without an error on the last.
func (p *Page[T]) Next(ctx context.Context) (*Page[T], error) {
	if !p.HasNext() || p.fetch == nil {
		return nil, nil
	}
	cursor := p.cursor()
	if slices.Contains(p.seen, cursor) {
		return nil, &DecodeError{Message: fmt.Sprintf("the list repeats itself: cursor %q was handed out twice", cursor)}
	}
	next, err := p.fetch(ctx, cursor)
	if err == nil {
		next.fetch, next.seen = p.fetch, append(p.seen[:len(p.seen):len(p.seen)], cursor)
	}
	return next, err
}

func (p *Page[T]) cursor() string {
	if p.before {
		return p.FirstID.Value
	}
	return p.NextCursor.Value
}

// firstPage makes a list's call.
func firstPage[T any](
	ctx context.Context, service []option.RequestOption, call operation, opts []option.RequestOption,
) (*Page[T], error) {
	query := queryOf(call.params)
	direction := "after"
	if query.Has("before") {
		direction = "before"
	}
	page, err := send[Page[T]](ctx, service, call, opts)
	if err != nil {
		return nil, err
	}
	if page.JSON.raw != "" && !page.JSON.Field("data").Valid() {
		return nil, &DecodeError{Message: "the gateway answered without the list that is promised here", Body: []byte(page.JSON.raw)}
	}
	page.before, page.seen = direction == "before", []string{query.Get(direction)}
	page.fetch = func(ctx context.Context, cursor string) (*Page[T], error) {
		at := append(opts[:len(opts):len(opts)], option.WithQuery(direction, cursor))
		return firstPage[T](ctx, service, call, at)
	}
	return page, nil
}

// everyItem walks all pages, each fetched when the one before it is used up.
func everyItem[T any](
	ctx context.Context, service []option.RequestOption, call operation, opts []option.RequestOption,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		page, err := firstPage[T](ctx, service, call, opts)
		for ; err == nil && page != nil; page, err = page.Next(ctx) {
			for _, item := range page.Data {
				if !yield(item, nil) {
					return
				}
			}
		}
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

func queryOf(params any) url.Values {
	if asked, ok := params.(interface{ URLQuery() (url.Values, error) }); ok {
		query, _ := asked.URLQuery()
		return query
	}
	return nil
}
