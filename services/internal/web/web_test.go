package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	var logged []string
	handler := Handler(map[string]http.HandlerFunc{"GET /panics": func(http.ResponseWriter, *http.Request) { panic("secret") }},
		Options{Tracing: sdktrace.NewTracerProvider(),
			Log: func(_ context.Context, level slog.Level, message string, fields ...slog.Attr) {
				text := level.String() + " " + message
				for _, field := range fields {
					text += " " + field.String()
				}
				logged = append(logged, text)
			}})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/panics", nil))

	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if len(logged) != 2 || !strings.Contains(logged[0], "ERROR request failed error_type=internal_error") ||
		!strings.Contains(logged[0], "secret") || !strings.Contains(logged[0], "stacktrace=goroutine") ||
		!strings.Contains(logged[1], "status=500") {
		t.Errorf("%q", logged)
	}
}
