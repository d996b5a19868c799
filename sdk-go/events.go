// SPDX-License-Identifier: Apache-2.0

package ringside

import "encoding/json"

// Event is a verified delivery. ID is the dedupe key: events may come twice and in any order.
type Event struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// Type is such as "wallet.low"; others than this version knows may come.
	Type string `json:"type"`
	// CreatedAt is in unix seconds.
	CreatedAt int64 `json:"created_at"`
	// Livemode is false for events of a test key.
	Livemode bool `json:"livemode"`
	// Test is true in an event made up by a test of the endpoint: do not act on it.
	Test bool      `json:"test"`
	Data EventData `json:"data"`
	// JSON tells what came on the wire.
	JSON ObjectJSON `json:"-"`
}

// EventData holds the object the event is about, as it was then, in the form it came.
type EventData struct {
	Object json.RawMessage `json:"object"`
}

// EventOf is an event whose object has a type. The events of the spec are made of it.
type EventOf[T any] struct {
	ID        string
	Type      string
	CreatedAt int64
	Livemode  bool
	// Test is true in an event made up by a test of the endpoint: do not act on it.
	Test bool
	// Object is what the event is about, as it was then.
	Object T
	// JSON tells what came on the wire.
	JSON ObjectJSON
}

// UnmarshalJSON keeps what this version does not know.
func (e *Event) UnmarshalJSON(data []byte) error { return decodeObject(data, e, &e.JSON) }

// MarshalJSON gives what came, unknown fields included.
func (e Event) MarshalJSON() ([]byte, error) { return encodeObject(e, e.JSON) }

// RawJSON is the event's text as it came.
func (e *Event) RawJSON() string { return e.JSON.raw }

// AsAny is the event as its own type, such as [WalletLowEvent], for a type switch; nil for a type this version does not
// know.
func (e *Event) AsAny() any {
	known, ok := eventTypes[e.Type]
	if !ok {
		return nil
	}
	return known(e)
}

func eventOf[T any](event *Event) EventOf[T] {
	object := readAs[T](string(event.Data.Object))
	return EventOf[T]{event.ID, event.Type, event.CreatedAt, event.Livemode, event.Test, object, event.JSON}
}
