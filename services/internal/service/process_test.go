package service_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func command(t *testing.T, service string, env []string, arguments ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(os.Args[0], arguments...)
	cmd.Env = append([]string{runAs + "=" + service, "GOCOVERDIR=" + t.TempDir()}, env...)
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

func freePort(t *testing.T) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func TestProcessSaysNothingAndEndsInOrder(t *testing.T) {
	directory := t.TempDir()
	old := syscall.Umask(0o077) // the log shipper must be able to read all the same
	defer syscall.Umask(old)
	port, away := freePort(t), freePort(t)
	env := []string{fmt.Sprintf("PORT=%d", port), "LOG_DIRECTORY=" + directory, "LOG_LEVEL=debug",
		fmt.Sprintf("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:%d", away), "OTEL_BSP_SCHEDULE_DELAY=10"}

	if check, _ := command(t, "payments", env, "healthcheck"); check.Run() == nil {
		t.Error("healthy before it was started")
	}
	process, out := command(t, "payments", env)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer process.Process.Kill()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if check, _ := command(t, "payments", env, "healthcheck"); check.Run() == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("never healthy: %s", out)
		}
	}

	url := fmt.Sprintf("http://127.0.0.1:%d/charges", port)
	status := make(chan int, 1)
	go func() { // is under way when the signal comes
		body, pipe := newSlowBody(`{"order_id":"o","amount_cents":100}`)
		go pipe()
		answer, err := http.Post(url, "application/json", body)
		if err != nil {
			status <- 0
			return
		}
		answer.Body.Close()
		status <- answer.StatusCode
	}()
	time.Sleep(200 * time.Millisecond)
	_ = process.Process.Signal(syscall.SIGTERM)
	if got := <-status; got != http.StatusCreated {
		t.Errorf("the request under way was answered %d", got)
	}
	begin := time.Now()
	if err := process.Wait(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if took := time.Since(begin); took > 9*time.Second {
		t.Errorf("took %s to end", took)
	}
	if out.Len() > 0 {
		t.Errorf("wrote to stdout or stderr: %s", out)
	}

	path := filepath.Join(directory, "payments.log")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v %v", info, err)
	}
	lines := readLines(t, path)
	if first := lines[0]; first.text("message") != "service started" || first.text("trace_id") != "" ||
		first.text("service_name") != "payments" {
		t.Errorf("%v", first)
	}
	if last := lines[len(lines)-1]; last.text("message") != "service stopped" || last.text("level") != "info" {
		t.Errorf("%v", last)
	}
}

func TestProcessReportsAllProblemsAtOnce(t *testing.T) {
	process, out := command(t, "gateway", []string{"PORT=http", "LOG_LEVEL=loud", "TRUSTED_PROXIES=10.0.0.1",
		"UPSTREAM_TIMEOUT=2", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_TRACES_SAMPLER=sometimes", "LOG_FILE_NAME=../x"})
	if process.Run() == nil {
		t.Error("started")
	}
	for _, name := range []string{"PORT", "LOG_LEVEL", "TRUSTED_PROXIES", "UPSTREAM_TIMEOUT", "ORDERS_URL",
		"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_SAMPLER", "LOG_FILE_NAME"} {
		if !strings.Contains(out.String(), "gateway: "+name+" is ") {
			t.Errorf("%s is not reported: %s", name, out)
		}
	}
}

func TestProcessRefusesAnUnwritableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	process, out := command(t, "payments", []string{"LOG_DIRECTORY=" + file})
	if process.Run() == nil || !strings.Contains(out.String(), "log directory") {
		t.Errorf("%s", out)
	}
}

func TestUnknownSubcommand(t *testing.T) {
	process, out := command(t, "orders", nil, "dance")
	if process.Run() == nil || !strings.Contains(out.String(), "usage: orders [healthcheck]") {
		t.Errorf("%s", out)
	}
}

// newSlowBody returns a body that is complete only half a second after its reading began.
func newSlowBody(text string) (*os.File, func()) {
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	return reader, func() {
		_, _ = writer.WriteString(text[:len(text)/2])
		time.Sleep(500 * time.Millisecond)
		_, _ = writer.WriteString(text[len(text)/2:])
		_ = writer.Close()
	}
}
