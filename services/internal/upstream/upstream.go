// Package upstream calls the next service of the chain.
package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"

	"log-pipeline/services/internal/failure"
	"log-pipeline/services/internal/request"
	"log-pipeline/services/internal/telemetry"
	"log-pipeline/services/internal/web"
)

const (
	maxAnswerBytes = 64 << 10
	dialTimeout    = time.Second
	maxIdle        = 256
	// Shorter than the servers' own: a connection is given up by the side that would reuse it.
	idleTimeout = 30 * time.Second
)

// Client calls one service. Its connections are kept and reused.
type Client struct {
	name      string
	base      string
	timeout   time.Duration
	userAgent string
	http      *http.Client
}

// New makes a client of the service called name at base. Each call ends within timeout.
func New(name, base string, timeout time.Duration, userAgent string, tracing trace.TracerProvider) *Client {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext,
		MaxIdleConns:          maxIdle,
		MaxIdleConnsPerHost:   maxIdle,
		IdleConnTimeout:       idleTimeout,
		TLSHandshakeTimeout:   2 * time.Second,
		ExpectContinueTimeout: time.Second,
		ForceAttemptHTTP2:     true,
	}
	return &Client{name: name, base: base, timeout: timeout, userAgent: userAgent, http: &http.Client{
		Transport: otelhttp.NewTransport(transport,
			otelhttp.WithTracerProvider(tracing), otelhttp.WithPropagators(telemetry.Propagator),
			otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + name })),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close gives idle connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Post sends in and decodes the answer into out. Errors are of type [*failure.Error].
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode the call to %s: %w", c.name, err)
	}
	call, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	outgoing, err := http.NewRequestWithContext(call, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("address %s: %w", c.name, err)
	}
	info := request.From(ctx)
	outgoing.Header.Set("Content-Type", "application/json")
	outgoing.Header.Set("User-Agent", c.userAgent)
	outgoing.Header.Set(web.HeaderRequestID, info.ID)
	if info.ClientIP != "" {
		outgoing.Header.Set(web.HeaderForwardedFor, info.ClientIP)
	}

	answer, err := c.http.Do(outgoing)
	if err != nil {
		return c.failed(ctx, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes))
	if err != nil {
		return c.failed(ctx, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return c.refused(answer.StatusCode, content)
	}
	if err := json.Unmarshal(content, out); err != nil {
		return &failure.Error{
			Type: failure.UpstreamFailed, Upstream: c.name, Message: c.name + " answered what is not JSON", Cause: err}
	}
	return nil
}

// failed: there is no answer.
func (c *Client) failed(ctx context.Context, err error) *failure.Error {
	switch {
	case ctx.Err() != nil:
		return web.CallerWentAway(ctx)
	case isTimeout(err):
		return &failure.Error{
			Type: failure.UpstreamTimeout, Upstream: c.name, Message: fmt.Sprintf("%s did not answer within %s", c.name, c.timeout)}
	default:
		return &failure.Error{
			Type: failure.UpstreamUnavailable, Upstream: c.name, Message: c.name + " cannot be reached", Cause: err}
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || (ok && timeout.Timeout())
}

// refused: the answer is a failure.
func (c *Client) refused(status int, content []byte) *failure.Error {
	var problem web.ProblemBody
	if json.Unmarshal(content, &problem) == nil && failure.Travels(problem.ErrorType) {
		return &failure.Error{Type: problem.ErrorType, Upstream: c.name, Message: problem.Detail}
	}
	return &failure.Error{
		Type: failure.UpstreamFailed, Upstream: c.name, Message: fmt.Sprintf("%s answered %d", c.name, status)}
}
