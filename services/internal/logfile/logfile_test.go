package logfile

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

func open(t *testing.T, directory string) *File {
	t.Helper()
	file, err := Open(Options{Directory: directory, Name: "a.log", MaxSizeMB: 1, MaxBackups: 2})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestModeOfFreshRotatedAndExistingFiles(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	directory := t.TempDir()
	path := filepath.Join(directory, "a.log")
	if err := os.WriteFile(path, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := open(t, directory)
	text := append(bytes.Repeat([]byte("x"), 500_000), '\n')
	for range 9 {
		if _, err := file.Write(text); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // backups of one millisecond count as one
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if file.Lost() != 0 {
		t.Errorf("lost %d lines", file.Lost())
	}
	files, _ := filepath.Glob(filepath.Join(directory, "*.log"))
	if len(files) != 3 { // two backups, older ones are gone
		t.Errorf("%v", files)
	}
	// The consumer knows rotated files by this name, see contract/line-origin.ts.
	rotated := regexp.MustCompile(`^a(-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}-size)?\.log$`)
	for _, name := range files {
		if info, _ := os.Stat(name); info.Mode().Perm() != Mode {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
		if !rotated.MatchString(filepath.Base(name)) {
			t.Errorf("%s", name)
		}
	}
}

func TestAppendsToWhatIsThere(t *testing.T) {
	directory := t.TempDir()
	for _, text := range []string{"one\n", "two\n"} {
		file := open(t, directory)
		_, _ = file.Write([]byte(text))
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if content, _ := os.ReadFile(filepath.Join(directory, "a.log")); string(content) != "one\ntwo\n" {
		t.Errorf("%q", content)
	}
}

func TestOneWriterAtATime(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the lock")
	}
	directory := t.TempDir()
	file := open(t, directory)
	if _, err := Open(Options{Directory: directory, Name: "a.log", MaxSizeMB: 1}); err == nil ||
		!strings.Contains(err.Error(), "another process logs to") {
		t.Errorf("%v", err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, directory).Close(); err != nil {
		t.Fatal(err)
	}
}
