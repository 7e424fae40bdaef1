package service_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"log-pipeline/services/internal/gateway"
	"log-pipeline/services/internal/orders"
	"log-pipeline/services/internal/payments"
	"log-pipeline/services/internal/service"
)

type line map[string]any

func (l line) text(key string) string {
	text, _ := l[key].(string)
	return text
}

// chain is the three services, in this process.
type chain struct {
	t         *testing.T
	directory string
	url       string
	closed    bool
	processes []*service.Process
	servers   []*httptest.Server
}

func startChain(t *testing.T, extra map[string]string) *chain {
	t.Helper()
	c := &chain{t: t, directory: t.TempDir()}
	env := map[string]string{"LOG_DIRECTORY": c.directory, "SERVICE_VERSION": "1.2.3"}
	maps.Copy(env, extra)
	start := func(definition service.Definition) string {
		process, err := service.New(t.Context(), definition, func(name string) string { return env[name] })
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(process.Handler)
		c.processes = append(c.processes, process)
		c.servers = append(c.servers, server)
		return server.URL
	}
	env["PAYMENTS_URL"] = start(payments.Definition)
	env["UPSTREAM_TIMEOUT"] = cmp.Or(env["ORDERS_TIMEOUT"], "10s")
	env["ORDERS_URL"] = start(orders.Definition)
	env["UPSTREAM_TIMEOUT"] = "15s"
	c.url = start(gateway.Definition)
	t.Cleanup(c.close)
	return c
}

// close ends the services, so that all their lines are there.
func (c *chain) close() {
	if c.closed {
		return
	}
	c.closed = true
	for _, server := range slices.Backward(c.servers) {
		server.Close()
	}
	for _, process := range c.processes {
		if err := process.Close(context.Background(), nil); err != nil {
			c.t.Error(err)
		}
	}
}

func (c *chain) post(body string, header map[string]string) (*http.Response, string) {
	c.t.Helper()
	request, _ := http.NewRequest(http.MethodPost, c.url+"/orders", strings.NewReader(body))
	for name, value := range header {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, _ := io.ReadAll(answer.Body)
	return answer, string(content)
}

// lines ends the services and returns what a service logged about requests.
func (c *chain) lines(service string) []line {
	c.t.Helper()
	c.close()
	var lines []line
	for _, l := range readLines(c.t, filepath.Join(c.directory, service+".log")) {
		if l.text("trace_id") != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

func readLines(t *testing.T, path string) []line {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(content) > 0 && content[len(content)-1] != '\n' {
		t.Errorf("%s does not end with a whole line", path)
	}
	var lines []line
	for text := range bytes.Lines(content) {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatalf("%s: %v in %q", path, err, text)
		}
		lines = append(lines, l)
	}
	return lines
}

var (
	services  = []string{"gateway", "orders", "payments"}
	traceID   = regexp.MustCompile(`^[0-9a-f]{32}$`)
	spanID    = regexp.MustCompile(`^[0-9a-f]{16}$`)
	timestamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$`)
	levels    = []string{"debug", "info", "warn", "warning", "error"}
)

func checkLine(t *testing.T, service string, l line) {
	t.Helper()
	_, badIP := netip.ParseAddr(l.text("client_ip"))
	for what, ok := range map[string]bool{
		"service_name":    l.text("service_name") == service,
		"service_version": l.text("service_version") == "1.2.3",
		"timestamp":       timestamp.MatchString(l.text("timestamp")),
		"level":           slices.Contains(levels, l.text("level")),
		"message":         l.text("message") != "",
		"trace_id":        traceID.MatchString(l.text("trace_id")),
		"span_id":         spanID.MatchString(l.text("span_id")),
		"request_id":      l.text("request_id") != "",
		"client_ip":       badIP == nil,
	} {
		if !ok {
			t.Errorf("%s: %s is wrong in %v", service, what, l)
		}
	}
	if l.text("message") != "request completed" {
		return
	}
	for _, key := range []string{"status", "duration_ms", "bytes"} {
		if _, ok := l[key].(float64); !ok {
			t.Errorf("%s: %s is no number in %v", service, key, l)
		}
	}
	for _, key := range []string{"http_method", "path", "user_agent"} {
		if l.text(key) == "" {
			t.Errorf("%s: %s is missing in %v", service, key, l)
		}
	}
}

func TestChain(t *testing.T) {
	const good = `{"item":"book","quantity":1,"amount_cents":1999,"customer":"c-1"}`
	tests := map[string]struct {
		body      string
		status    int
		errorType string
		upstream  string // as the gateway tells it
		level     string // of the gateway's line about it
		lines     map[string]int
	}{
		"placed": {good, 201, "", "", "", map[string]int{"gateway": 3, "orders": 4, "payments": 3}},
		"out of stock": {`{"item":"out-of-stock","quantity":1,"amount_cents":1999}`,
			409, "insufficient_stock", "orders", "warn", map[string]int{"gateway": 3, "orders": 3}},
		"declined": {`{"item":"book","quantity":1,"amount_cents":1913}`,
			402, "card_declined", "orders", "warn", map[string]int{"gateway": 3, "orders": 4, "payments": 3}},
		"provider away": {`{"item":"book","quantity":1,"amount_cents":1977}`,
			503, "payment_provider_unavailable", "orders", "error", map[string]int{"gateway": 3, "orders": 4, "payments": 3}},
		"slow": {`{"item":"slow","quantity":1,"amount_cents":1999}`,
			504, "upstream_timeout", "orders", "error", map[string]int{"gateway": 3, "orders": 4, "payments": 3}},
		"no quantity": {`{"item":"book","quantity":0,"amount_cents":1999}`,
			400, "validation_failed", "orders", "warn", map[string]int{"gateway": 3, "orders": 3}},
		"not JSON":   {`{"item":`, 400, "malformed_request", "", "warn", map[string]int{"gateway": 2}},
		"two values": {good + good, 400, "malformed_request", "", "warn", map[string]int{"gateway": 2}},
		"too large": {`{"item":"` + strings.Repeat("x", 70_000) + `"}`,
			413, "body_too_large", "", "warn", map[string]int{"gateway": 2}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := startChain(t, map[string]string{"ORDERS_TIMEOUT": "500ms"})
			answer, body := c.post(test.body, map[string]string{
				"X-Request-Id": "req-42", "X-Forwarded-For": "203.0.113.7",
				"Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
			if answer.StatusCode != test.status {
				t.Errorf("status %d, want %d: %s", answer.StatusCode, test.status, body)
			}
			if test.errorType != "" {
				var problem struct {
					Status    int
					ErrorType string `json:"error_type"`
					RequestID string `json:"request_id"`
				}
				if err := json.Unmarshal([]byte(body), &problem); err != nil || problem.Status != test.status ||
					problem.ErrorType != test.errorType || problem.RequestID != "req-42" ||
					answer.Header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("problem %v %s", err, body)
				}
			}
			for name, want := range map[string]string{
				"X-Request-Id": "req-42", "X-Trace-Id": "0af7651916cd43dd8448eb211c80319c"} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s: %q", name, got)
				}
			}
			if !strings.HasPrefix(answer.Header.Get("Traceresponse"), "00-0af7651916cd43dd8448eb211c80319c-") {
				t.Errorf("traceresponse: %q", answer.Header.Get("Traceresponse"))
			}

			spans := map[string]bool{}
			for _, service := range services {
				lines := c.lines(service)
				if len(lines) != test.lines[service] {
					t.Errorf("%s logged %d lines, want %d: %v", service, len(lines), test.lines[service], lines)
				}
				for i, l := range lines {
					checkLine(t, service, l)
					if l.text("trace_id") != "0af7651916cd43dd8448eb211c80319c" || l.text("request_id") != "req-42" ||
						l.text("client_ip") != "203.0.113.7" {
						t.Errorf("%s lost the request's identity: %v", service, l)
					}
					if last := i == len(lines)-1; last != (l.text("message") == "request completed") {
						t.Errorf("%s: the access line is not the last: %v", service, lines)
					}
					spans[l.text("span_id")] = true
					if service == "gateway" && l.text("error_type") != "" {
						if l.text("error_type") != test.errorType || l.text("error") == "" ||
							l.text("upstream") != test.upstream || l.text("level") != test.level {
							t.Errorf("the failure is logged as %v", l)
						}
					}
				}
			}
			if len(spans) != len(test.lines) {
				t.Errorf("%d spans in the lines of %d services", len(spans), len(test.lines))
			}
		})
	}
}

func TestFailureWithoutUpstream(t *testing.T) {
	c := startChain(t, nil)
	c.servers[0].Close() // payments
	answer, body := c.post(`{"item":"book","quantity":1,"amount_cents":1999}`, nil)
	if answer.StatusCode != http.StatusBadGateway || !strings.Contains(body, "upstream_unavailable") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	if strings.Contains(body, "127.0.0.1") {
		t.Errorf("the caller is shown an internal address: %s", body)
	}
	found := slices.ContainsFunc(c.lines("orders"), func(l line) bool {
		return l.text("error_type") == "upstream_unavailable" && l.text("upstream") == "payments" && l.text("level") == "error"
	})
	if !found {
		t.Error("orders did not say that payments is away")
	}
}

func TestIdentityIsBegunWhereTheCallersIsUnusable(t *testing.T) {
	for name, test := range map[string]struct{ header, value string }{
		"no header":             {"", ""},
		"malformed trace":       {"Traceparent", "00-xyz-b7ad6b7169203331-01"},
		"trace of zeros":        {"Traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01"},
		"request id with a tab": {"X-Request-Id", "a\tb"},
		"request id too long":   {"X-Request-Id", strings.Repeat("a", 129)},
	} {
		t.Run(name, func(t *testing.T) {
			c := startChain(t, nil)
			header := map[string]string{}
			if test.header != "" {
				header[test.header] = test.value
			}
			answer, _ := c.post(`{"item":"book","quantity":1,"amount_cents":1999}`, header)
			trace, id := answer.Header.Get("X-Trace-Id"), answer.Header.Get("X-Request-Id")
			if !traceID.MatchString(trace) || strings.Trim(trace, "0") == "" || id == "" || id == test.value {
				t.Errorf("trace %q, request %q", trace, id)
			}
			for _, service := range services {
				for _, l := range c.lines(service) {
					checkLine(t, service, l)
					if l.text("trace_id") != trace || l.text("request_id") != id {
						t.Errorf("%s: %v", service, l)
					}
				}
			}
		})
	}
}

func TestHealthIsNeitherLoggedNorTraced(t *testing.T) {
	c := startChain(t, nil)
	for _, server := range c.servers {
		answer, err := http.Get(server.URL + "/healthz")
		if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("X-Trace-Id") != "" {
			t.Errorf("%v %v", answer, err)
		}
		answer.Body.Close()
	}
	for _, service := range services {
		if lines := c.lines(service); len(lines) != 0 {
			t.Errorf("%s logged %v", service, lines)
		}
	}
}

func TestOtherPathsAndMethodsAreProblems(t *testing.T) {
	c := startChain(t, nil)
	for path, want := range map[string]int{"/nothing": http.StatusNotFound, "/orders": http.StatusMethodNotAllowed} {
		answer, err := http.Get(c.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, answer.StatusCode, answer.Header.Get("Content-Type"))
		}
	}
	if lines := c.lines("gateway"); len(lines) != 4 {
		t.Errorf("want a line and an access line each: %v", lines)
	}
}

func TestHostileInputStaysOneLine(t *testing.T) {
	c := startChain(t, nil)
	answer, body := c.post(`{"item":"a\nb\u0000\u2028<&\"","quantity":1,"amount_cents":100,"customer":"\u001b[31m"}`,
		map[string]string{"User-Agent": "evil\xff<agent>" + strings.Repeat("x", 2000)})
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	for _, service := range services {
		for _, l := range c.lines(service) {
			checkLine(t, service, l)
		}
	}
	if item := c.lines("orders")[0].text("item"); item != "a\nb\x00\u2028<&\"" {
		t.Errorf("%q", item)
	}
}

// collector counts the spans' batches that it is sent.
func collector(t *testing.T, handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	return server.URL
}

func TestSpansAreFlushedAtTheEnd(t *testing.T) {
	var mu sync.Mutex
	seen := ""
	url := collector(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		seen += r.URL.Path + string(body)
	})
	c := startChain(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "3600000"})
	c.post(`{"item":"book","quantity":1,"amount_cents":1999}`, nil)
	c.close()
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"/v1/traces", "gateway", "orders", "payments",
		"POST /orders", "POST /charges", "POST payments", "reserve stock", "authorise charge"} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q was not exported", want)
		}
	}
}

func TestCollectorThatIsAwayIsHarmless(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"refuses": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"hangs": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"absent": nil,
	} {
		t.Run(name, func(t *testing.T) {
			url := "http://127.0.0.1:1"
			if handler != nil {
				url = collector(t, handler)
			}
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
			c := startChain(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": url,
				"OTEL_BSP_SCHEDULE_DELAY": "10", "OTEL_BSP_EXPORT_TIMEOUT": "200", "OTEL_BSP_MAX_QUEUE_SIZE": "512"})
			begin := time.Now()
			for range 300 { // more spans than the queue holds
				if answer, body := c.post(`{"item":"book","quantity":1,"amount_cents":1999}`, nil); answer.StatusCode != 201 {
					t.Fatal(body)
				}
			}
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("300 requests took %s", took)
			}
			for _, server := range slices.Backward(c.servers) {
				server.Close()
			}
			begin = time.Now()
			for _, process := range c.processes {
				if err := process.Close(context.Background(), nil); err != nil {
					t.Error(err)
				}
			}
			c.closed = true
			if took := time.Since(begin); took > 8*time.Second {
				t.Errorf("closing three services took %s", took)
			}
			complaints := 0
			for _, service := range services {
				for _, l := range readLines(t, filepath.Join(c.directory, service+".log")) {
					if l.text("error_type") == "telemetry_failed" {
						complaints++
					}
				}
			}
			if complaints > len(services) {
				t.Errorf("%d complaints in a few seconds", complaints)
			}
		})
	}
}

func TestNoLineIsLostUnderConcurrencyAndRotation(t *testing.T) {
	const callers, each = 64, 40
	c := startChain(t, map[string]string{"LOG_MAX_SIZE_MB": "1", "LOG_MAX_BACKUPS": "1000"})
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = callers
	var wrong atomic.Int64
	var wait sync.WaitGroup
	for caller := range callers {
		wait.Go(func() {
			for i := range each {
				id := fmt.Sprintf("r-%d-%d", caller, i)
				answer, _ := c.post(`{"item":"book","quantity":1,"amount_cents":1999}`, map[string]string{"X-Request-Id": id})
				if answer.StatusCode != http.StatusCreated {
					wrong.Add(1)
				}
			}
		})
	}
	wait.Wait()
	c.close()
	if wrong.Load() > 0 {
		t.Errorf("%d requests failed", wrong.Load())
	}
	for service, want := range map[string]int{"gateway": 3, "orders": 4, "payments": 3} {
		files, _ := filepath.Glob(filepath.Join(c.directory, service+"*.log"))
		if len(files) < 2 {
			t.Errorf("%s did not rotate: %v", service, files)
		}
		perRequest := map[string]int{}
		for _, file := range files {
			if info, _ := os.Stat(file); info.Mode().Perm() != 0o644 {
				t.Errorf("%s has mode %o", file, info.Mode().Perm())
			}
			for _, l := range readLines(t, file) {
				if l.text("trace_id") != "" {
					checkLine(t, service, l)
					perRequest[l.text("request_id")]++
				}
			}
		}
		if len(perRequest) != callers*each {
			t.Errorf("%s logged %d requests of %d", service, len(perRequest), callers*each)
		}
		for id, lines := range perRequest {
			if lines != want {
				t.Errorf("%s logged %d lines about %s", service, lines, id)
			}
		}
	}
}
