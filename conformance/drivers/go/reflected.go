// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3/packages/param"
)

// filled is a params struct whose fields are set under their wire names; a name it lacks is an error.
func filled(kind reflect.Type, args fields) reflect.Value {
	params := reflect.New(kind).Elem()
	for name, raw := range args {
		field, known := fieldOf(params, name)
		if !known {
			panic(fmt.Sprintf("%s has no field for %s", kind, name))
		}
		set(field, raw)
	}
	return params
}

func fieldOf(params reflect.Value, wire string) (reflect.Value, bool) {
	for index := range params.NumField() {
		for _, tag := range []string{"query", "json"} {
			if name, _, _ := strings.Cut(params.Type().Field(index).Tag.Get(tag), ","); name == wire {
				return params.Field(index), true
			}
		}
	}
	return reflect.Value{}, false
}

// set writes a value as a program would: null as OpenAI's null of that type.
func set(field reflect.Value, raw json.RawMessage) {
	if string(raw) == "null" && field.Type() == reflect.TypeFor[map[string]string]() {
		field.Set(reflect.ValueOf(param.NullMap[map[string]string]()))
		return
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(field.Addr().Interface()); err != nil {
		panic(fmt.Sprintf("%s does not fit into %s: %v", raw, field.Type(), err))
	}
}

// built is a ref from the builder's steps.
func built(steps [][]json.RawMessage, forks [][][]json.RawMessage) (any, error) {
	first, err := walked(reflect.ValueOf(ringside.Model), steps)
	if err != nil || forks == nil {
		return textOf(first, err)
	}
	var texts []any
	for _, more := range slices.Concat([][][]json.RawMessage{nil}, forks, [][][]json.RawMessage{nil}) {
		text, err := textOf(walked(first, more))
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// textOf is what a builder builds, or the text that a step has built already.
func textOf(builder reflect.Value, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if match, ok := builder.Interface().(ringside.MatchBuilder); ok {
		return match.Build()
	}
	return builder.String(), nil
}

// walked is the builder after these steps; the one it was is as it was.
func walked(current reflect.Value, steps [][]json.RawMessage) (reflect.Value, error) {
	for _, step := range steps {
		var name string
		if err := json.Unmarshal(step[0], &name); err != nil {
			panic(err)
		}
		method := methodOf(current, name)
		given, err := values(method.Type(), name, step[1:])
		if err != nil {
			return current, err
		}
		results := method.Call(given)
		if len(results) == 2 {
			err, _ := results[1].Interface().(error)
			return results[0], err
		}
		current = results[0]
	}
	return current, nil
}

func methodOf(owner reflect.Value, name string) reflect.Value {
	for index := range owner.NumMethod() {
		if plain(owner.Type().Method(index).Name) == plain(name) {
			return owner.Method(index)
		}
	}
	panic("the builder has no " + name)
}

// values are the arguments of a step; one the compiler would refuse is the same mistake, found earlier.
func values(kind reflect.Type, name string, given []json.RawMessage) (found []reflect.Value, err error) {
	for index, raw := range given {
		wanted := kind.In(min(index, kind.NumIn()-1))
		if kind.IsVariadic() && index >= kind.NumIn()-1 {
			wanted = wanted.Elem()
		}
		value := reflect.ValueOf(literal(raw))
		switch {
		case value.IsValid() && value.Type().AssignableTo(wanted):
		case value.IsValid() && value.Kind() == reflect.Int && wanted.Kind() == reflect.Int64:
			value = value.Convert(wanted)
		default:
			return nil, &ringside.ModelRefError{Part: name, Message: fmt.Sprintf("%s takes no %s", name, raw)}
		}
		found = append(found, value)
	}
	return found, nil
}

// literal is a value as a Go program writes it.
func literal(raw json.RawMessage) any {
	if whole, err := strconv.Atoi(string(raw)); err == nil {
		return whole
	}
	var value any
	_ = json.Unmarshal(raw, &value)
	return value
}
