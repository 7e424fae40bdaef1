// Package web is what the HTTP side of every service has in common: tracing, request identity, access lines, problems.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"log-pipeline/services/internal/failure"
	"log-pipeline/services/internal/request"
	"log-pipeline/services/internal/telemetry"
)

const (
	maxBodyBytes      = 64 << 10
	maxUserAgentBytes = 512
	maxPathBytes      = 2048
)

// Options configure [Handler].
type Options struct {
	Log            request.LogFunc
	Tracing        trace.TracerProvider
	TrustedProxies []netip.Prefix
}

// Handler serves routes, keyed by "METHOD /path", each in a span of its own and with an access line at its end.
// GET /healthz is answered beside them: neither traced nor logged.
func Handler(routes map[string]http.HandlerFunc, options Options) http.Handler {
	business := http.NewServeMux()
	for pattern, handler := range routes {
		method, path, _ := strings.Cut(pattern, " ")
		business.HandleFunc(pattern, handler)
		business.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", method)
			refuse(w, r, options.Log, failure.New(failure.MethodNotAllowed, fmt.Sprintf("%s takes %s", path, method)))
		})
	}
	business.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, options.Log, failure.New(failure.NotFound, "there is nothing here"))
	})

	traced := otelhttp.NewMiddleware("",
		otelhttp.WithTracerProvider(options.Tracing), otelhttp.WithPropagators(telemetry.Propagator))

	root := http.NewServeMux()
	root.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		WriteJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	root.Handle("/", traced(identified(business, options)))
	return root
}

// identified gives the request its identity, and writes the access line.
func identified(next http.Handler, options Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		info := request.Info{ID: requestID(r), ClientIP: clientIP(r, options.TrustedProxies)}
		ctx := request.With(r.Context(), info)

		span := trace.SpanFromContext(ctx)
		span.SetAttributes(attribute.String("http.request.id", info.ID))
		spanContext := span.SpanContext()
		header := w.Header()
		header.Set(HeaderRequestID, info.ID)
		header.Set(HeaderTraceID, spanContext.TraceID().String())
		header.Set(HeaderTraceResponse,
			fmt.Sprintf("00-%s-%s-%s", spanContext.TraceID(), spanContext.SpanID(), spanContext.TraceFlags()))

		// The path and the user agent as they came: a handler may change its request.
		path, userAgent := cut(r.URL.Path, maxPathBytes), cut(r.UserAgent(), maxUserAgentBytes)
		answer := &recorder{ResponseWriter: w}
		inner := r.WithContext(ctx)
		inner.Body = http.MaxBytesReader(answer, inner.Body, maxBodyBytes)

		recovering(next, options.Log).ServeHTTP(answer, inner)

		r.Pattern = inner.Pattern // names the span
		options.Log(ctx, slog.LevelInfo, "request completed",
			slog.String("http_method", r.Method), slog.String("path", path), slog.Int("status", answer.Status()),
			slog.Float64("duration_ms", float64(time.Since(begin).Microseconds())/1000),
			slog.Int64("bytes", answer.bytes), slog.String("user_agent", userAgent))
	})
}

// recovering answers 500 for a handler that panics, and keeps the panic out of stderr.
func recovering(next http.Handler, log request.LogFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				err := failure.From(fmt.Errorf("panic: %v", cause))
				log(r.Context(), slog.LevelError, "request failed",
					append(ErrorFields(err), slog.String("stacktrace", string(debug.Stack())))...)
				Problem(w, r, err)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, r *http.Request, log request.LogFunc, err *failure.Error) {
	log(r.Context(), err.Level(), "request refused", ErrorFields(err)...)
	Problem(w, r, err)
}

// ErrorFields are the log fields of a failure.
func ErrorFields(err *failure.Error) []slog.Attr {
	fields := []slog.Attr{slog.String("error_type", string(err.Type)), slog.String("error", err.Error())}
	if err.Upstream != "" {
		fields = append(fields, slog.String("upstream", err.Upstream))
	}
	return fields
}

// ProblemBody is a problem of RFC 9457, with what is needed to find the log lines about it.
type ProblemBody struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail,omitempty"`
	ErrorType failure.Type `json:"error_type"`
	RequestID string       `json:"request_id,omitempty"`
	TraceID   string       `json:"trace_id,omitempty"`
}

// Problem answers with a failure, and marks the span with it.
func Problem(w http.ResponseWriter, r *http.Request, err *failure.Error) {
	span := trace.SpanFromContext(r.Context())
	span.SetAttributes(attribute.String("error.type", string(err.Type)))
	span.RecordError(err)

	title := http.StatusText(err.Status())
	if title == "" {
		title = "Caller went away"
	}
	w.Header().Set("Content-Type", "application/problem+json")
	write(w, err.Status(), ProblemBody{
		Type:      "urn:problem:" + string(err.Type),
		Title:     title,
		Status:    err.Status(),
		Detail:    err.Message,
		ErrorType: err.Type,
		RequestID: request.From(r.Context()).ID,
		TraceID:   span.SpanContext().TraceID().String(),
	})
}

// ReadJSON decodes a body of exactly one JSON object.
func ReadJSON(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	err := decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("more than one JSON value")
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &failure.Error{
			Type: failure.BodyTooLarge, Message: fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit)}
	}
	if r.Context().Err() != nil {
		return CallerWentAway(r.Context())
	}
	return &failure.Error{Type: failure.MalformedRequest, Message: "the body is not the JSON object that is expected", Cause: err}
}

// WriteJSON answers with a JSON body.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	write(w, status, body)
}

func write(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	// The body is always encodable, and a caller that is gone cannot be told.
	_ = json.NewEncoder(w).Encode(body)
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(body []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(body)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets [http.ResponseController] reach the writer beneath.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Status is what was answered; a handler that writes nothing answers 200.
func (r *recorder) Status() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

func cut(text string, limit int) string {
	if len(text) > limit {
		return strings.ToValidUTF8(text[:limit], "")
	}
	return text
}

// CallerWentAway is the failure of a request that nobody waits for any more.
func CallerWentAway(ctx context.Context) *failure.Error {
	return &failure.Error{
		Type: failure.CallerWentAway, Message: "the caller went away", Cause: context.Cause(ctx)}
}
