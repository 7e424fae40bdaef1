// Package config reads settings from the environment and reports every problem at once.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Env reads settings one by one and collects what is wrong with them, see [Env.Err].
type Env struct {
	getenv   func(string) string
	problems []error
}

// NewEnv reads settings with getenv, [os.Getenv] in production.
func NewEnv(getenv func(string) string) *Env { return &Env{getenv: getenv} }

// Err joins all problems found so far.
func (e *Env) Err() error { return errors.Join(e.problems...) }

func (e *Env) problem(name, value, expected string) {
	e.problems = append(e.problems, fmt.Errorf("%s is %q: it must be %s", name, value, expected))
}

// String reads a text of one line.
func (e *Env) String(name, fallback string) string {
	if value := strings.TrimSpace(e.getenv(name)); value != "" {
		return value
	}
	return fallback
}

// Matching reads a text that pattern must match as a whole.
func (e *Env) Matching(name, fallback, expected string, pattern *regexp.Regexp) string {
	value := e.String(name, fallback)
	if !pattern.MatchString(value) {
		e.problem(name, value, expected)
	}
	return value
}

// Int reads a whole number between lowest and highest.
func (e *Env) Int(name string, fallback, lowest, highest int) int {
	text := e.String(name, strconv.Itoa(fallback))
	value, err := strconv.Atoi(text)
	if err != nil || value < lowest || value > highest {
		e.problem(name, text, fmt.Sprintf("a whole number from %d to %d", lowest, highest))
		return fallback
	}
	return value
}

// Duration reads a duration such as 2s or 500ms, between lowest and highest.
func (e *Env) Duration(name string, fallback, lowest, highest time.Duration) time.Duration {
	text := e.String(name, fallback.String())
	value, err := time.ParseDuration(text)
	if err != nil || value < lowest || value > highest {
		e.problem(name, text, fmt.Sprintf("a duration from %s to %s", lowest, highest))
		return fallback
	}
	return value
}

// milliseconds reads a duration as OpenTelemetry writes them.
func (e *Env) milliseconds(name string, fallback int) time.Duration {
	return time.Duration(e.Int(name, fallback, 1, 3_600_000)) * time.Millisecond
}

// URL reads an HTTP address without a slash at its end. Without a fallback it is required.
func (e *Env) URL(name, fallback string) string {
	text := e.String(name, fallback)
	parsed, err := url.Parse(text)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		e.problem(name, text, "an address such as http://orders:8081")
		return fallback
	}
	return strings.TrimRight(text, "/")
}

// OneOf reads one of the given words.
func (e *Env) OneOf(name, fallback string, words ...string) string {
	value := strings.ToLower(e.String(name, fallback))
	if !slices.Contains(words, value) {
		e.problem(name, value, "one of "+strings.Join(words, ", "))
		return fallback
	}
	return value
}

// Networks reads address ranges, separated by commas; the word none stands for no range at all.
func (e *Env) Networks(name, fallback string) []netip.Prefix {
	text := e.String(name, fallback)
	if text == "none" {
		return nil
	}
	var networks []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		network, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			e.problem(name, text, "none, or ranges such as 10.0.0.0/8,fd00::/8")
			return nil
		}
		networks = append(networks, network.Masked())
	}
	return networks
}

// Common are the settings of every service.
type Common struct {
	Service        string
	Version        string
	Port           int
	LogDirectory   string
	LogFileName    string
	LogLevel       slog.Level
	LogMaxSizeMB   int
	LogMaxBackups  int
	TrustedProxies []netip.Prefix
	Telemetry      Telemetry
}

// Telemetry is what this program decides itself; the OpenTelemetry SDK reads the rest of OTEL_* on its own.
type Telemetry struct {
	// Export is false where no collector is named: spans are made, for their ids, and go nowhere.
	Export bool
	// Sampler is empty where the SDK's OTEL_TRACES_SAMPLER was not set.
	Sampler string
	// MaxQueueSize bounds the spans that wait for the collector; what is beyond is dropped.
	MaxQueueSize int
	// ScheduleDelay is how long a span waits for others to be sent with.
	ScheduleDelay time.Duration
	// ExportTimeout ends an attempt to send, retries included.
	ExportTimeout time.Duration
}

// Loopback, private and link-local: whoever is in them may say on whose behalf it calls.
const privateNetworks = "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,fc00::/7,fe80::/10"

var (
	logFileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*\.log$`)
	version     = regexp.MustCompile(`^[!-~]{1,64}$`)
)

// LoadCommon reads the settings of every service.
func LoadCommon(e *Env, service string, port int) Common {
	common := Common{
		Service:       service,
		Version:       e.Matching("SERVICE_VERSION", "0.1.0", "up to 64 printable characters without blanks", version),
		Port:          e.Int("PORT", port, 1, 65535),
		LogDirectory:  e.String("LOG_DIRECTORY", "/var/log/myapp"),
		LogFileName:   e.Matching("LOG_FILE_NAME", service+".log", "a file name that ends in .log", logFileName),
		LogMaxSizeMB:  e.Int("LOG_MAX_SIZE_MB", 50, 1, 10_000),
		LogMaxBackups: e.Int("LOG_MAX_BACKUPS", 5, 1, 1_000),
		Telemetry: Telemetry{
			MaxQueueSize:  e.Int("OTEL_BSP_MAX_QUEUE_SIZE", 8192, 512, 1_000_000),
			ScheduleDelay: e.milliseconds("OTEL_BSP_SCHEDULE_DELAY", 2_000),
			ExportTimeout: e.milliseconds("OTEL_BSP_EXPORT_TIMEOUT", 10_000),
		},
		TrustedProxies: e.Networks("TRUSTED_PROXIES", privateNetworks),
	}
	_ = common.LogLevel.UnmarshalText([]byte(e.OneOf("LOG_LEVEL", "info", "debug", "info", "warn", "error")))

	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		if e.String(name, "") != "" {
			e.URL(name, "")
			common.Telemetry.Export = true
		}
	}
	e.OneOf("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "http/protobuf")
	e.OneOf("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf", "http/protobuf")
	if e.OneOf("OTEL_TRACES_EXPORTER", "otlp", "otlp", "none") == "none" {
		common.Telemetry.Export = false
	}
	common.Telemetry.Sampler = e.OneOf("OTEL_TRACES_SAMPLER", "", "", "always_on", "always_off", "traceidratio",
		"parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio")
	return common
}
