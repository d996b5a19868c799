// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"time"
)

const (
	answer = `{"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini",` +
		`"choices":[{"index":0,"message":{"role":"assistant","content":"The bell decides when the crowd may breathe ` +
		`again, while the seconds count what was spent and nobody leaves before the ledger adds up.","refusal":null},` +
		`"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":24,"total_tokens":36},` +
		`"system_fingerprint":"fp_bench"}`
	eventFormat = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,` +
		`"model":"gpt-4o-mini","system_fingerprint":"fp_bench","choices":[{"index":0,"delta":{%s},"logprobs":null,` +
		`"finish_reason":%s}]}` + "\n\n"
	usage = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini",` +
		`"system_fingerprint":"fp_bench","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":%d,` +
		`"total_tokens":%d}}` + "\n\n"
)

// The question says how long the stream is and how far apart its events are: "bench events=200 pause_ms=0".
var wish = regexp.MustCompile(`events=(\d+) pause_ms=(\d+)`)

// serve answers chat calls in OpenAI's format over plain sockets, without the cost of a web framework.
func serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go converse(connection)
	}
}

func converse(connection net.Conn) {
	defer connection.Close()
	whole := []byte(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer))
	buffer, filled := make([]byte, 1<<16), 0
	for {
		read, err := connection.Read(buffer[filled:])
		if err != nil {
			return
		}
		filled += read
		for {
			length := requestLength(buffer[:filled])
			if length == 0 || length > filled {
				break
			}
			if !reply(connection, buffer[:length], whole) {
				return
			}
			copy(buffer, buffer[length:filled])
			filled -= length
		}
	}
}

// requestLength is the length of the first request in data, 0 when its head is not complete.
func requestLength(data []byte) int {
	end := bytes.Index(data, []byte("\r\n\r\n"))
	if end < 0 {
		return 0
	}
	head := bytes.ToLower(data[:end])
	length := 0
	if at := bytes.Index(head, []byte("content-length:")); at >= 0 {
		line, _, _ := bytes.Cut(head[at+len("content-length:"):], []byte("\r\n"))
		length, _ = strconv.Atoi(string(bytes.TrimSpace(line)))
	}
	return end + 4 + length
}

func reply(connection net.Conn, request, whole []byte) bool {
	if !bytes.Contains(request, []byte(`"stream":true`)) && !bytes.Contains(request, []byte(`"stream": true`)) {
		_, err := connection.Write(whole)
		return err == nil
	}
	events, pause := 200, 0
	if found := wish.FindSubmatch(request); found != nil {
		events, _ = strconv.Atoi(string(found[1]))
		pause, _ = strconv.Atoi(string(found[2]))
	}
	return stream(connection, events, time.Duration(pause)*time.Millisecond)
}

// stream writes one event a time, as providers do.
func stream(connection net.Conn, events int, pause time.Duration) bool {
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
	if _, err := connection.Write([]byte(head)); err != nil {
		return false
	}
	first := chunk(fmt.Sprintf(eventFormat, `"role":"assistant","content":"","refusal":null`, "null"))
	word := chunk(fmt.Sprintf(eventFormat, `"content":" bell"`, "null"))
	last := chunk(fmt.Sprintf(eventFormat, "", `"stop"`))
	for number := range events {
		piece := word
		if number == 0 {
			piece = first
		}
		if _, err := connection.Write(piece); err != nil {
			return false
		}
		if pause > 0 {
			time.Sleep(pause)
		}
	}
	end := append(last, chunk(fmt.Sprintf(usage, events, events+12))...)
	end = append(end, chunk("data: [DONE]\n\n")...)
	_, err := connection.Write(append(end, "0\r\n\r\n"...))
	return err == nil
}

func chunk(text string) []byte {
	return []byte(fmt.Sprintf("%x\r\n%s\r\n", len(text), text))
}
