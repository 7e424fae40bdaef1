// Package request carries what every log line of a request repeats.
package request

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Info identifies a request, beside its trace.
type Info struct {
	ID       string
	ClientIP string
}

type key struct{}

// With returns a context that carries info.
func With(ctx context.Context, info Info) context.Context { return context.WithValue(ctx, key{}, info) }

// From returns what [With] put in, or nothing.
func From(ctx context.Context) Info {
	info, _ := ctx.Value(key{}).(Info)
	return info
}

// Fields are the log fields of a context: the trace's, then the request's; none outside of a request.
func Fields(ctx context.Context) []slog.Attr {
	if ctx == nil {
		return nil
	}
	fields := make([]slog.Attr, 0, 4)
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		fields = append(fields,
			slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	if info := From(ctx); info.ID != "" {
		fields = append(fields, slog.String("request_id", info.ID), slog.String("client_ip", info.ClientIP))
	}
	return fields
}

// LogFunc writes one line. The code that all services share logs through it, whatever library a service logs with.
type LogFunc func(ctx context.Context, level slog.Level, message string, fields ...slog.Attr)

// TimestampFormat is RFC 3339 with all nine digits, so that lines sort as text too. Format a time in UTC with it.
const TimestampFormat = "2006-01-02T15:04:05.000000000Z07:00"
