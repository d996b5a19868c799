// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// call is one call in one of the protocol's modes.
func call(ctx context.Context, asked request) {
	var opts []option.RequestOption
	for name := range asked.Request {
		opts = append(opts, requestOption(asked.Request, name)...)
	}
	var raw *http.Response
	if asked.Mode == "raw" || asked.Head {
		opts = append(opts, option.WithResponseInto(&raw))
	}
	switch {
	case asked.Mode == "stream":
		stream(ctx, asked, opts, &raw)
	case asked.Mode == "all":
		every(ctx, asked, opts)
	default:
		result, err := one(ctx, asked, opts)
		if err != nil {
			fail(asked.ID, err, nil)
			return
		}
		if asked.Mode == "raw" {
			shown := head(raw)
			shown["value"] = result
			result = shown
		}
		say(asked.ID, "value", map[string]any{"value": result})
	}
}

// one is the result of a call that has a single one.
func one(ctx context.Context, asked request, opts []option.RequestOption) (any, error) {
	client := clientOf(asked.Client)
	switch asked.Operation {
	case "chat.completions.create":
		params, more := chat(asked.Args)
		reply, err := client.Chat.Completions.New(ctx, params, append(opts, more...)...)
		return told(reply, err)
	case "files.create":
		content, _ := base64.StdEncoding.DecodeString(as[string](asked.Args, "content"))
		file := openai.File(bytes.NewReader(content), as[string](asked.Args, "filename"), "application/octet-stream")
		purpose := openai.FilePurpose(as[string](asked.Args, "purpose"))
		made, err := client.Files.New(ctx, openai.FileNewParams{File: file, Purpose: purpose}, opts...)
		return told(made, err)
	case "models.list":
		return told(client.Models.List(ctx, opts...))
	case "models.retrieve":
		return told(client.Models.Get(ctx, as[string](asked.Args, "model"), opts...))
	case "post":
		var answer json.RawMessage
		err := client.Post(ctx, strings.TrimPrefix(as[string](asked.Args, "path"), "/"), asked.Args["body"], &answer, opts...)
		return answer, err
	}
	results := method(client, asked, "").Call(arguments(ctx, client, asked, opts))
	err, _ := results[1].Interface().(error)
	return results[0].Interface(), err
}

// told is a result of OpenAI's as its type has it: these types keep the text they were read from.
func told[T interface{ RawJSON() string }](result T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return json.RawMessage(result.RawJSON()), nil
}

// chat is the body of a chat call; a cascade of models goes round the type, as the README says.
func chat(args fields) (params openai.ChatCompletionNewParams, more []option.RequestOption) {
	given := fields{}
	for name, value := range args {
		given[name] = value
	}
	if bytes.HasPrefix(given["model"], []byte("[")) {
		more = append(more, option.WithJSONSet("model", as[[]string](given, "model")))
		delete(given, "model")
	}
	text, _ := json.Marshal(given)
	if err := json.Unmarshal(text, &params); err != nil {
		panic(err)
	}
	return params, more
}

// stream tells each chunk as it comes.
func stream(ctx context.Context, asked request, opts []option.RequestOption, raw **http.Response) {
	params, more := chat(asked.Args)
	chunks := clientOf(asked.Client).Chat.Completions.NewStreaming(ctx, params, append(opts, more...)...)
	defer func() { _ = chunks.Close() }()
	if asked.Head && chunks.Err() == nil {
		say(asked.ID, "event", map[string]any{"value": head(*raw)})
	}
	count := 0
	for chunks.Next() {
		if !asked.Count {
			say(asked.ID, "event", map[string]any{"value": json.RawMessage(chunks.Current().RawJSON())})
		}
		if count++; count == asked.Take {
			break
		}
	}
	if err := chunks.Err(); err != nil {
		failStream(asked.ID, err)
		return
	}
	say(asked.ID, "done", map[string]any{"events": count})
}

// every walks all pages, or stops after so many items.
func every(ctx context.Context, asked request, opts []option.RequestOption) {
	client := clientOf(asked.Client)
	items := []any{}
	walk := method(client, asked, "all").Call(arguments(ctx, client, asked, opts))[0]
	for item, failed := range walk.Seq2() {
		if err, _ := failed.Interface().(error); err != nil {
			fail(asked.ID, err, map[string]any{"items": len(items)})
			return
		}
		if items = append(items, item.Interface()); len(items) == asked.Take {
			break
		}
	}
	say(asked.ID, "value", map[string]any{"value": items})
}

// head is status, headers and what the SDK makes of them.
func head(raw *http.Response) map[string]any {
	headers := map[string]string{}
	for name := range raw.Header {
		headers[strings.ToLower(name)] = raw.Header.Get(name)
	}
	meta := ringside.Meta(raw)
	return map[string]any{
		"status": raw.StatusCode, "headers": headers, "request_id": meta.RequestID,
		"meta": map[string]any{
			"model_resolved": meta.ModelResolved, "wallet_balance": meta.WalletBalance,
			"wallet_deducted": meta.WalletDeducted, "wallet_held": meta.WalletHeld, "cost": meta.Cost,
		},
	}
}

// plain is a name without what languages change of it.
func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// owner is the client's service that has the operation, found by name.
func owner(client *ringside.Client, asked request) reflect.Value {
	found := reflect.ValueOf(client).Elem()
	words := strings.Split(asked.Operation, ".")
	for _, word := range words[:len(words)-1] {
		found = found.FieldByNameFunc(func(name string) bool { return plain(name) == plain(word) })
		if !found.IsValid() {
			panic(fmt.Sprintf("the client has no %s of %s", word, asked.Operation))
		}
	}
	return found.Addr()
}

// method is the SDK's method of the operation; every list has a second one, which begins with `all`.
func method(client *ringside.Client, asked request, walks string) reflect.Value {
	name := plain(asked.Operation[strings.LastIndex(asked.Operation, ".")+1:])
	if walks != "" {
		name = walks + strings.TrimPrefix(name, "list")
	}
	found := owner(client, asked)
	for index := range found.NumMethod() {
		if plain(found.Type().Method(index).Name) == name {
			return found.Method(index)
		}
	}
	panic(fmt.Sprintf("no method %s for %s", name, asked.Operation))
}

// arguments are the context, the path's values, the params filled under their wire names, and the options.
func arguments(ctx context.Context, client *ringside.Client, asked request, opts []option.RequestOption) []reflect.Value {
	kind := method(client, asked, map[bool]string{true: "all"}[asked.Mode == "all"]).Type()
	given := []reflect.Value{reflect.ValueOf(ctx)}
	for _, value := range asked.Path {
		given = append(given, reflect.ValueOf(value))
	}
	if kind.NumIn() > len(given)+1 {
		given = append(given, filled(kind.In(len(given)), asked.Args))
	} else if len(asked.Args) > 0 {
		panic(asked.Operation + " takes no arguments besides the path")
	}
	for _, opt := range opts {
		given = append(given, reflect.ValueOf(opt))
	}
	return given
}
