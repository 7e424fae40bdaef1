// Package zaplog sets up zap so that its lines are what the log pipeline expects.
package zaplog

import (
	"context"
	"io"
	"log/slog"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"log-pipeline/services/internal/failure"
	"log-pipeline/services/internal/request"
)

// New returns a logger that writes JSON lines to out, each with the service's name and version.
func New(out io.Writer, level slog.Level, service, version string) *zap.Logger {
	encoder := zapcore.NewJSONEncoder(zapcore.EncoderConfig{
		TimeKey:        "timestamp",
		LevelKey:       "level",
		NameKey:        "logger",
		MessageKey:     "message",
		StacktraceKey:  "stacktrace",
		LineEnding:     zapcore.DefaultLineEnding,
		EncodeLevel:    zapcore.LowercaseLevelEncoder,
		EncodeDuration: zapcore.MillisDurationEncoder,
		EncodeTime: func(t time.Time, to zapcore.PrimitiveArrayEncoder) {
			to.AppendString(t.UTC().Format(request.TimestampFormat))
		},
	})
	// The file locks by itself, and errors of the logger must not end up on stderr.
	core := zapcore.NewCore(encoder, zapcore.AddSync(out), Level(level))
	return zap.New(core, zap.ErrorOutput(zapcore.AddSync(io.Discard))).
		With(zap.String("service_name", service), zap.String("service_version", version))
}

// For returns a logger whose lines carry the trace and the request of ctx.
func For(ctx context.Context, log *zap.Logger) *zap.Logger {
	return log.With(fields(request.Fields(ctx))...)
}

// Failure are the fields of a line about err.
func Failure(err *failure.Error) []zap.Field {
	fields := []zap.Field{zap.String("error_type", string(err.Type)), zap.Error(err)}
	if err.Upstream != "" {
		fields = append(fields, zap.String("upstream", err.Upstream))
	}
	return fields
}

// Func lets the code that services share log with zap.
func Func(log *zap.Logger) request.LogFunc {
	return func(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
		if entry := log.Check(Level(level), message); entry != nil {
			entry.Write(append(fields(request.Fields(ctx)), fields(attrs)...)...)
		}
	}
}

// Level translates a level of the standard library.
func Level(level slog.Level) zapcore.Level {
	switch {
	case level >= slog.LevelError:
		return zapcore.ErrorLevel
	case level >= slog.LevelWarn:
		return zapcore.WarnLevel
	case level >= slog.LevelInfo:
		return zapcore.InfoLevel
	default:
		return zapcore.DebugLevel
	}
}

func fields(attrs []slog.Attr) []zap.Field {
	fields := make([]zap.Field, len(attrs))
	for i, attr := range attrs {
		fields[i] = zap.Any(attr.Key, attr.Value.Any())
	}
	return fields
}
