// SPDX-License-Identifier: Apache-2.0

package ringside_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/fightclub/ringside-go"
	"github.com/openai/openai-go/v3/option"
)

// received is one request as it came; target is the raw path with its query.
type received struct {
	method, target string
	header         http.Header
	body           string
}

// reply writes to the connection; a fault is a reply that writes too little or closes early.
type reply func(net.Conn)

// scriptedServer is a loopback server over a plain socket. It answers in the order of its script and keeps what came.
type scriptedServer struct {
	url string

	// decide answers by what was asked, in place of the script.
	decide func(received) reply

	turn        sync.Mutex
	script      []reply
	requests    []received
	connections int
	closed      chan struct{}
}

func newServer(t testing.TB, script ...reply) *scriptedServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	server := &scriptedServer{
		url: "http://" + listener.Addr().String() + "/v1", script: script, closed: make(chan struct{}, 1000),
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = connection.Close() })
			server.turn.Lock()
			server.connections++
			server.turn.Unlock()
			go server.serve(connection)
		}
	}()
	return server
}

func (s *scriptedServer) serve(connection net.Conn) {
	defer func() { s.closed <- struct{}{} }()
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		// Read again by net/http, which knows about chunks; the first line is kept as it was.
		request, err := http.ReadRequest(bufio.NewReader(io.MultiReader(strings.NewReader(line), reader)))
		if err != nil {
			return
		}
		body, _ := io.ReadAll(request.Body)
		target := strings.Fields(line)[1]
		next := s.keep(received{request.Method, target, request.Header, string(body)})
		next(connection)
	}
}

func (s *scriptedServer) keep(request received) reply {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.requests = append(s.requests, request)
	if s.decide != nil {
		return s.decide(request)
	}
	if len(s.script) == 0 {
		return answer(599, `{"error":{"code":"unscripted","message":"no answer is scripted"}}`, "x-should-retry: false")
	}
	next := s.script[0]
	s.script = s.script[1:]
	return next
}

func (s *scriptedServer) all() []received {
	s.turn.Lock()
	defer s.turn.Unlock()
	return append([]received{}, s.requests...)
}

// dialled is how many connections were made.
func (s *scriptedServer) dialled() int {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.connections
}

func (s *scriptedServer) last(t testing.TB) received {
	t.Helper()
	all := s.all()
	if len(all) == 0 {
		t.Fatal("nothing was sent")
	}
	return all[len(all)-1]
}

// answer is a whole answer; headers are lines such as "x-request-id: req_1".
func answer(status int, body string, headers ...string) reply {
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\ncontent-length: %d\r\n", status, http.StatusText(status), len(body))
	if !strings.Contains(strings.ToLower(strings.Join(headers, "\n")), "content-type:") {
		head += "content-type: application/json\r\n"
	}
	for _, line := range headers {
		head += line + "\r\n"
	}
	return func(connection net.Conn) { _, _ = io.WriteString(connection, head+"\r\n"+body) }
}

// refusal is an error of the gateway with the documented envelope.
func refusal(status int, code string, headers ...string) reply {
	body := fmt.Sprintf(`{"error":{"type":"t","code":%q,"message":"Something about %s.","param":"p","request_id":"req_body","retry_after_seconds":null}}`, code, code)
	return answer(status, body, headers...)
}

// again answers the same many times.
func again(times int, one reply) []reply {
	script := make([]reply, times)
	for index := range script {
		script[index] = one
	}
	return script
}

// events is a stream of server-sent events, closed at its end.
func events(headers []string, lines ...string) reply {
	head := "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
	for _, line := range headers {
		head += line + "\r\n"
	}
	return func(connection net.Conn) {
		_, _ = io.WriteString(connection, head+"\r\n"+strings.Join(lines, ""))
		_ = connection.Close()
	}
}

func hangUp(connection net.Conn) { _ = connection.(*net.TCPConn).SetLinger(0); _ = connection.Close() }

func stall(net.Conn) {}

// exampleOf is an example of an operation in spec/: the answer, as it came from a running gateway.
func exampleOf(t testing.TB, operation string) reply {
	t.Helper()
	body, status := exampleBody(t, operation)
	return answer(status, body, "x-request-id: req_example")
}

func exampleBody(t testing.TB, operation string) (string, int) {
	t.Helper()
	for _, found := range specification(t).Operations {
		for _, example := range found.Examples {
			if found.ID == operation && example.Response.Status < 300 {
				return string(example.Response.Body), example.Response.Status
			}
		}
	}
	t.Fatalf("spec/ has no example of %s", operation)
	return "", 0
}

// spec is what tests read of spec/codegen/ir.json.
type spec struct {
	Operations []struct {
		ID, Sdk, Kind, Body string
		HTTPMethod          string `json:"http_method"`
		Examples            []struct {
			Response struct {
				Status int
				Body   json.RawMessage
			}
		}
	}
	Errors []struct {
		Code    string
		Status  int
		Aliases []string
	}
	Events []struct{ Type string }
}

var readSpec = sync.OnceValues(func() (found spec, err error) {
	text, err := os.ReadFile("../spec/codegen/ir.json")
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(text)).Decode(&found)
	}
	return found, err
})

func specification(t testing.TB) spec {
	t.Helper()
	found, err := readSpec()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// clientOf is a client of the server with a test key and no retries unless the options say otherwise.
func clientOf(t testing.TB, server *scriptedServer, opts ...option.RequestOption) *ringside.Client {
	t.Helper()
	given := []option.RequestOption{ringside.WithBaseURL(server.url), option.WithMaxRetries(0)}
	client, err := ringside.NewClient(append(given, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// keyed is clientOf with the key that most tests use.
func keyed(t testing.TB, server *scriptedServer, opts ...option.RequestOption) *ringside.Client {
	t.Helper()
	return clientOf(t, server, append([]option.RequestOption{ringside.WithAPIKey("sk_test_go")}, opts...)...)
}
