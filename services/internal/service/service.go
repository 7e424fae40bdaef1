// Package service runs a service: settings, log file, tracing, HTTP server, and an orderly end.
package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"log-pipeline/services/internal/config"
	"log-pipeline/services/internal/logfile"
	"log-pipeline/services/internal/request"
	"log-pipeline/services/internal/telemetry"
	"log-pipeline/services/internal/web"
)

// Together under the ten seconds after which Docker kills.
const (
	drainTimeout = 6 * time.Second
	flushTimeout = 2 * time.Second
)

// Definition is what makes one service differ from another.
type Definition struct {
	Name string
	Port int
	// Load reads the settings that only this service has.
	Load func(env *config.Env) Builder
}

// Builder makes the service out of its parts, once all settings are known to be right.
type Builder func(parts Parts) App

// Parts are what every service is given.
type Parts struct {
	config.Common
	// Out takes log lines, each with one Write.
	Out     io.Writer
	Tracing trace.TracerProvider
}

// UserAgent is how the service calls others.
func (p Parts) UserAgent() string { return p.Service + "/" + p.Version }

// Tracer makes the service's own spans.
func (p Parts) Tracer() trace.Tracer {
	return p.Tracing.Tracer("log-pipeline/services/" + p.Service)
}

// App is a built service.
type App struct {
	Log request.LogFunc
	// Routes are keyed by "METHOD /path".
	Routes map[string]http.HandlerFunc
	// Close gives back what the service holds. Optional.
	Close func()
}

// Process is a service that is ready to serve.
type Process struct {
	Handler http.Handler

	common  config.Common
	app     App
	file    *logfile.File
	tracing *sdktrace.TracerProvider
}

// New reads settings with getenv, opens the log file and builds the service.
func New(ctx context.Context, definition Definition, getenv func(string) string) (*Process, error) {
	env := config.NewEnv(getenv)
	common := config.LoadCommon(env, definition.Name, definition.Port)
	build := definition.Load(env)
	if err := env.Err(); err != nil {
		return nil, err
	}
	file, err := logfile.Open(logfile.Options{
		Directory:  common.LogDirectory,
		Name:       common.LogFileName,
		MaxSizeMB:  common.LogMaxSizeMB,
		MaxBackups: common.LogMaxBackups,
	})
	if err != nil {
		return nil, err
	}
	tracing, err := telemetry.NewProvider(ctx, common)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	app := build(Parts{Common: common, Out: file, Tracing: tracing})
	telemetry.ReportTo(app.Log)

	return &Process{
		Handler: web.Handler(app.Routes, web.Options{
			Log: app.Log, Tracing: tracing, TrustedProxies: common.TrustedProxies}),
		common: common, app: app, file: file, tracing: tracing,
	}, nil
}

// Serve answers requests until ctx ends, then finishes those that are under way, and closes the process.
func (p *Process) Serve(ctx context.Context, listener net.Listener) error {
	background := context.WithoutCancel(ctx)
	server := &http.Server{
		Handler:           p.Handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          log.New(complaints{p.app.Log}, "", 0),
	}
	p.app.Log(background, slog.LevelInfo, "service started", slog.String("address", listener.Addr().String()),
		slog.String("go_version", runtime.Version()), slog.Bool("exports_spans", p.common.Telemetry.Export))

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	var err error
	select {
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		p.app.Log(background, slog.LevelInfo, "service stopping, finishing requests")
		drain, cancel := context.WithTimeout(background, drainTimeout)
		defer cancel()
		if err = server.Shutdown(drain); err != nil {
			err = errors.Join(fmt.Errorf("finish requests: %w", err), server.Close())
		}
	}
	return errors.Join(err, p.Close(background, err))
}

// Close flushes spans and lines. The reason is nil for an orderly end.
func (p *Process) Close(ctx context.Context, reason error) error {
	if p.app.Close != nil {
		p.app.Close()
	}
	flush, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	var fields []slog.Attr
	// Spans that no collector takes are no reason to fail.
	if err := p.tracing.Shutdown(flush); err != nil {
		fields = append(fields, slog.String("spans_lost", err.Error()))
	}
	if lost := p.file.Lost(); lost > 0 {
		fields = append(fields, slog.Int64("lines_lost", lost))
	}
	if reason != nil {
		fields = append(fields, slog.String("error_type", "stopped_early"), slog.String("error", reason.Error()))
		p.app.Log(ctx, slog.LevelError, "service stopped", fields...)
	} else {
		p.app.Log(ctx, slog.LevelInfo, "service stopped", fields...)
	}
	return p.file.Close()
}

// complaints takes what net/http has to say, line by line.
type complaints struct{ log request.LogFunc }

func (c complaints) Write(line []byte) (int, error) {
	c.log(context.Background(), slog.LevelWarn, strings.TrimSpace(string(line)), slog.String("logger", "net/http"))
	return len(line), nil
}

// Main is a service's main function. It never returns.
func Main(definition Definition) {
	switch {
	case len(os.Args) == 1:
		exit(definition.Name, serve(definition))
	case len(os.Args) == 2 && os.Args[1] == "healthcheck":
		exit(definition.Name, healthcheck(definition))
	default:
		fmt.Fprintf(os.Stderr, "usage: %s [healthcheck]\n", definition.Name)
		os.Exit(2)
	}
}

func exit(name string, err error) {
	if err == nil {
		os.Exit(0)
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", name, strings.TrimSpace(line))
	}
	os.Exit(1)
}

func serve(definition Definition) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	process, err := New(ctx, definition, os.Getenv)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(process.common.Port)))
	if err != nil {
		return errors.Join(err, process.Close(ctx, err))
	}
	return process.Serve(ctx, listener)
}

// healthcheck asks the service in the same container, which may have no curl.
func healthcheck(definition Definition) error {
	env := config.NewEnv(os.Getenv)
	port := env.Int("PORT", definition.Port, 1, 65535)
	if err := env.Err(); err != nil {
		return err
	}
	client := &http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/healthz", port))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the service answered %s", answer.Status)
	}
	return nil
}
