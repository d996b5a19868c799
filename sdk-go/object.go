// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/respjson"
)

// ObjectJSON tells what an answer's object held on the wire.
type ObjectJSON struct {
	// ExtraFields are those this version does not know, by wire name.
	ExtraFields map[string]respjson.Field

	fields map[string]respjson.Field
	raw    string
}

// Field is a known field by its wire name: its Raw is empty where it was absent, "null" where it was null, and it is
// not Valid where its value was of another type than this version expects.
func (o ObjectJSON) Field(name string) respjson.Field { return o.fields[name] }

// wireField is a field of a struct and its name on the wire.
type wireField struct {
	index int
	name  string
}

// wireFields remembers the fields of each type by tag and type.
var wireFields sync.Map

func fieldsOf(structure reflect.Type, tag string) []wireField {
	type key struct {
		structure reflect.Type
		tag       string
	}
	if known, ok := wireFields.Load(key{structure, tag}); ok {
		return known.([]wireField)
	}
	var found []wireField
	for index := range structure.NumField() {
		name, _, _ := strings.Cut(structure.Field(index).Tag.Get(tag), ",")
		if name != "" && name != "-" {
			found = append(found, wireField{index, name})
		}
	}
	wireFields.Store(key{structure, tag}, found)
	return found
}

// decodeObject reads an object into the struct behind target, taking names as they are written. A field of another
// type than expected stays empty and is kept in meta: only what is no object is an error.
func decodeObject(data []byte, target any, meta *ObjectJSON) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	if members == nil {
		return errors.New("ringside: not a JSON object")
	}
	*meta = ObjectJSON{fields: make(map[string]respjson.Field, len(members)), raw: string(data)}
	structure := reflect.ValueOf(target).Elem()
	for _, field := range fieldsOf(structure.Type(), "json") {
		if raw, came := members[field.name]; came {
			meta.fields[field.name] = decodeField(raw, structure.Field(field.index))
			delete(members, field.name)
		}
	}
	if len(members) > 0 {
		meta.ExtraFields = make(map[string]respjson.Field, len(members))
		for name, raw := range members {
			meta.ExtraFields[name] = respjson.NewField(string(raw))
		}
	}
	return nil
}

func decodeField(raw json.RawMessage, field reflect.Value) respjson.Field {
	_, nullable := field.Interface().(param.Optional)
	if string(raw) == respjson.Null && !nullable {
		return respjson.NewField(respjson.Null)
	}
	if err := json.Unmarshal(raw, field.Addr().Interface()); err != nil {
		field.SetZero()
		return respjson.NewInvalidField(string(raw))
	}
	return respjson.NewField(string(raw))
}

// encodeObject writes the struct's fields as they are now, absent ones left out and unknown ones kept.
func encodeObject(object any, meta ObjectJSON) ([]byte, error) {
	written := bytes.NewBufferString("{")
	add := func(name string, value []byte) {
		if written.Len() > 1 {
			written.WriteByte(',')
		}
		key, _ := json.Marshal(name)
		written.Write(key)
		written.WriteByte(':')
		written.Write(value)
	}
	structure := reflect.ValueOf(object)
	for _, field := range fieldsOf(structure.Type(), "json") {
		value, err := encodeField(structure.Field(field.index), meta.Field(field.name), meta.fields == nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.name, err)
		}
		if value != nil {
			add(field.name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(meta.ExtraFields)) {
		add(name, []byte(meta.ExtraFields[name].Raw()))
	}
	written.WriteByte('}')
	return written.Bytes(), nil
}

// encodeField is the field's JSON, nil where it is absent. An object made by hand has all its fields.
func encodeField(value reflect.Value, came respjson.Field, handmade bool) ([]byte, error) {
	if !value.IsZero() || (handmade && !isOptional(value)) {
		return json.Marshal(value.Interface())
	}
	if raw := came.Raw(); raw != respjson.Omitted {
		return []byte(raw), nil
	}
	return nil, nil
}

func isOptional(value reflect.Value) bool {
	_, optional := value.Interface().(param.Optional)
	return optional || value.Kind() == reflect.Pointer
}

// readAs is the object of a text that has been read as an object before.
func readAs[T any](raw string) T {
	var found T
	// It is JSON; what does not fit stays empty.
	_ = json.Unmarshal([]byte(raw), &found)
	return found
}

// encodeQuery is the query of a params struct, what is not set left out.
func encodeQuery(params any) url.Values {
	query := url.Values{}
	structure := reflect.ValueOf(params)
	for _, field := range fieldsOf(structure.Type(), "query") {
		value := structure.Field(field.index)
		optional, isOptional := value.Interface().(param.Optional)
		switch {
		case isOptional && !optional.Valid(), !isOptional && value.IsZero():
		case value.Kind() == reflect.Slice:
			for index := range value.Len() {
				query.Add(field.name, fmt.Sprint(value.Index(index).Interface()))
			}
		default:
			query.Set(field.name, fmt.Sprint(value.Interface()))
		}
	}
	return query
}
