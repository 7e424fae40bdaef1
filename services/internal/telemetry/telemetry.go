// Package telemetry sets up tracing. A collector that is away costs spans, never a request.
package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"log-pipeline/services/internal/config"
	"log-pipeline/services/internal/request"
)

// Propagator is W3C trace context: `traceparent` and `tracestate`.
var Propagator propagation.TextMapPropagator = propagation.TraceContext{}

// At most one line about the collector in this time: it may be away for hours.
const reportInterval = time.Minute

// NewProvider makes the tracer provider of a service. What OTEL_* says about sampling and export is honoured.
func NewProvider(ctx context.Context, common config.Common) (*sdktrace.TracerProvider, error) {
	described, err := resource.New(ctx,
		resource.WithFromEnv(),
		resource.WithTelemetrySDK(),
		resource.WithHost(),
		// After the environment's: the name in the spans is the name in the log lines.
		resource.WithAttributes(
			attribute.String("service.name", common.Service), attribute.String("service.version", common.Version)))
	if err != nil {
		return nil, err
	}
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(described)}
	if common.Telemetry.Sampler == "" {
		options = append(options, sdktrace.WithSampler(sdktrace.AlwaysSample()))
	}
	if common.Telemetry.Export {
		// Neither connects nor blocks: the exporter's own goroutine sends.
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, sdktrace.WithBatcher(exporter,
			sdktrace.WithMaxQueueSize(common.Telemetry.MaxQueueSize),
			sdktrace.WithBatchTimeout(common.Telemetry.ScheduleDelay),
			sdktrace.WithExportTimeout(common.Telemetry.ExportTimeout)))
	}
	return sdktrace.NewTracerProvider(options...), nil
}

// ReportTo sends OpenTelemetry's own complaints, which go to stderr otherwise, to the log; few of them.
func ReportTo(log request.LogFunc) {
	otel.SetLogger(logr.Discard())
	otel.SetErrorHandler(&reporter{log: log, now: time.Now})
}

type reporter struct {
	log request.LogFunc
	now func() time.Time

	mu         sync.Mutex
	next       time.Time
	suppressed int
}

// Handle implements [otel.ErrorHandler].
func (r *reporter) Handle(err error) {
	r.mu.Lock()
	now := r.now()
	if now.Before(r.next) {
		r.suppressed++
		r.mu.Unlock()
		return
	}
	suppressed := r.suppressed
	r.suppressed, r.next = 0, now.Add(reportInterval)
	r.mu.Unlock()

	r.log(context.Background(), slog.LevelWarn, "telemetry failed, requests are not affected",
		slog.String("error_type", "telemetry_failed"), slog.String("error", err.Error()),
		slog.String("upstream", "otlp-collector"), slog.Int("suppressed", suppressed))
}
