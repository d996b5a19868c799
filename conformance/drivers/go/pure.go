// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3/option"
)

// pure is what needs no request.
func pure(asked request) (any, error) {
	payload, _ := base64.StdEncoding.DecodeString(asked.Payload)
	switch asked.Op {
	case "hello":
		return map[string]any{
			"sdk": "github.com/fightclub/ringside-go", "language": "go", "version": ringside.Version,
			"host_version": "openai-go " + hostVersion(), "runtime": runtime.Version(), "capabilities": capabilities,
		}, nil
	case "webhook.verify":
		return verified(asked, payload)
	case "webhook.unwrap":
		event, err := clientOf(asked.Client).Webhooks.Unwrap(payload, headersOf(asked), option.WithWebhookSecret(asked.Secret))
		if err != nil {
			return nil, err
		}
		return map[string]any{"id": event.ID, "type": event.Type}, nil
	case "webhook.sign":
		return ringside.SignWebhook(payload, time.Unix(asked.Time, 0), asked.Secret)
	case "model.build":
		return built(asked.Steps, asked.Forks)
	case "model.parse":
		ref, err := ringside.Model.Parse(asked.Text)
		return fmt.Sprint(ref), err
	case "inspect":
		client := clientOf(asked.Client)
		return fmt.Sprintf("%v %+v %#v", client, *client, client), nil
	case "stats":
		return stats(), nil
	}
	panic("unknown op " + asked.Op)
}

// verified is the event of a delivery: by the package's function, or by a client that knows its secret.
func verified(asked request, payload []byte) (any, error) {
	opts := []ringside.VerifyOption{ringside.VerifyAt(time.Unix(asked.Now, 0))}
	if asked.Tolerance == nil {
		opts = append(opts, ringside.VerifyWithoutTime())
	} else {
		opts = append(opts, ringside.VerifyTolerance(time.Duration(*asked.Tolerance*float64(time.Second))))
	}
	if asked.Client != "" {
		return clientOf(asked.Client).Webhooks.Verify(payload, headersOf(asked), opts...)
	}
	return ringside.VerifyWebhook(payload, headersOf(asked), append(opts, ringside.VerifySecret(asked.Secrets...))...)
}

// headersOf are a delivery's headers, spelt as they came.
func headersOf(asked request) http.Header {
	header := http.Header{}
	for _, pair := range asked.Headers {
		name := pair[0]
		if asked.Op == "webhook.unwrap" {
			name = http.CanonicalHeaderKey(name)
		}
		header[name] = append(header[name], pair[1])
	}
	return header
}

// stats are what a leak would make grow.
func stats() map[string]any {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	sockets := 0
	open, _ := os.ReadDir("/proc/self/fd")
	for _, descriptor := range open {
		// An error is the folder's own descriptor, closed again.
		if target, _ := os.Readlink("/proc/self/fd/" + descriptor.Name()); strings.HasPrefix(target, "socket:") {
			sockets++
		}
	}
	return map[string]any{
		"threads": runtime.NumGoroutine(), "tasks": 0, "sockets": sockets, "memory_bytes": memory.HeapAlloc,
	}
}

func hostVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/openai/openai-go/v3" {
				return module.Version
			}
		}
	}
	return "unknown"
}
