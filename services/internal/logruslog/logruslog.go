// Package logruslog sets up logrus so that its lines are what the log pipeline expects.
package logruslog

import (
	"context"
	"io"
	"log/slog"

	"github.com/sirupsen/logrus"

	"log-pipeline/services/internal/request"
)

// New returns a logger that writes JSON lines to out. Lines logged WithContext carry the context's trace and request.
func New(out io.Writer, level slog.Level, service, version string) *logrus.Logger {
	log := logrus.New()
	log.SetOutput(out)
	log.SetLevel(Level(level))
	log.SetFormatter(&logrus.JSONFormatter{
		TimestampFormat:   request.TimestampFormat,
		DisableHTMLEscape: true,
		FieldMap: logrus.FieldMap{
			logrus.FieldKeyTime: "timestamp",
			logrus.FieldKeyMsg:  "message",
		},
	})
	log.AddHook(hook{service: service, version: version})
	return log
}

// hook adds what every line repeats. It gets a copy of the entry, so it may change it.
type hook struct{ service, version string }

func (hook) Levels() []logrus.Level { return logrus.AllLevels }

func (h hook) Fire(entry *logrus.Entry) error {
	entry.Time = entry.Time.UTC()
	entry.Data["service_name"] = h.service
	entry.Data["service_version"] = h.version
	for _, field := range request.Fields(entry.Context) {
		entry.Data[field.Key] = field.Value.Any()
	}
	return nil
}

// Func lets the code that services share log with logrus.
func Func(log *logrus.Logger) request.LogFunc {
	return func(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
		fields := make(logrus.Fields, len(attrs))
		for _, attr := range attrs {
			fields[attr.Key] = attr.Value.Any()
		}
		log.WithContext(ctx).WithFields(fields).Log(Level(level), message)
	}
}

// Level translates a level of the standard library.
func Level(level slog.Level) logrus.Level {
	switch {
	case level >= slog.LevelError:
		return logrus.ErrorLevel
	case level >= slog.LevelWarn:
		return logrus.WarnLevel
	case level >= slog.LevelInfo:
		return logrus.InfoLevel
	default:
		return logrus.DebugLevel
	}
}
