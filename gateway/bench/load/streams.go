// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type headers []string

func (h *headers) String() string     { return strings.Join(*h, ", ") }
func (h *headers) Set(v string) error { *h = append(*h, v); return nil }

type tally struct {
	events, streams, broken atomic.Int64
	mutex                   sync.Mutex
	firstMs                 []float64
}

// readStreams keeps so many streams open for so long, each followed by another, and prints what arrived as JSON.
func readStreams(arguments []string) error {
	flags := flag.NewFlagSet("streams", flag.ExitOnError)
	count := flags.Int("streams", 500, "streams open at the same time")
	seconds := flags.Float64("seconds", 10, "how long")
	path := flags.String("path", "/v1/chat/completions", "where to post")
	body := flags.String("body", "", "the request's JSON")
	var lines headers
	flags.Var(&lines, "header", "a header line, may be repeated")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	request := []byte(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
		*path, joined(lines), len(*body), *body))
	var counted tally
	deadline := time.Now().Add(time.Duration(*seconds * float64(time.Second)))
	var group sync.WaitGroup
	for number := range *count {
		group.Add(1)
		go func() {
			defer group.Done()
			address := flags.Arg(number % flags.NArg())
			for time.Now().Before(deadline) {
				if !one(address, request, deadline, &counted) {
					time.Sleep(50 * time.Millisecond)
				}
			}
		}()
	}
	group.Wait()
	sort.Float64s(counted.firstMs)
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"events_per_s": float64(counted.events.Load()) / *seconds,
		"streams":      counted.streams.Load(),
		"broken":       counted.broken.Load(),
		"first_p50_ms": quantile(counted.firstMs, 0.5),
		"first_p99_ms": quantile(counted.firstMs, 0.99),
	})
}

// one reads streams over one connection until the deadline or a fault; false after a fault.
func one(address string, request []byte, deadline time.Time, counted *tally) bool {
	connection, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		counted.broken.Add(1)
		return false
	}
	defer connection.Close()
	buffer := make([]byte, 1<<15)
	for time.Now().Before(deadline) {
		began, first, tail := time.Now(), true, ""
		if _, err := connection.Write(request); err != nil {
			counted.broken.Add(1)
			return false
		}
		for {
			connection.SetReadDeadline(deadline.Add(time.Second))
			read, err := connection.Read(buffer)
			if err != nil {
				if time.Now().Before(deadline) {
					counted.broken.Add(1)
				}
				return false
			}
			if first && !bytes.Contains(buffer[:read], []byte(" 200 ")) {
				counted.broken.Add(1)
				return false
			}
			if time.Now().Before(deadline) {
				counted.events.Add(int64(bytes.Count(buffer[:read], []byte("data: "))))
			}
			if first {
				counted.note(time.Since(began))
				first = false
			}
			// The end may be cut anywhere between two reads.
			tail = (tail + string(buffer[max(0, read-16):read]))
			tail = tail[max(0, len(tail)-16):]
			if strings.HasSuffix(tail, "\r\n0\r\n\r\n") {
				counted.streams.Add(1)
				break
			}
			if !time.Now().Before(deadline) {
				return true
			}
		}
	}
	return true
}

func (t *tally) note(took time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.firstMs = append(t.firstMs, float64(took.Microseconds())/1000)
}

func quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(share*float64(len(sorted)-1))]
}

func joined(lines []string) string {
	text := ""
	for _, line := range lines {
		text += line + "\r\n"
	}
	return text
}
