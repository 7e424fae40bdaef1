// Package logfile is the file that a service logs to: rotated by size, readable by a log shipper, one writer at a time.
package logfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/DeRuina/timberjack"
)

// Mode lets the log shipper, which runs as another user, read the file.
const Mode os.FileMode = 0o644

const (
	lockWait  = 10 * time.Second
	lockRetry = 100 * time.Millisecond
)

// Options say where to log to and when to rotate.
type Options struct {
	Directory  string
	Name       string
	MaxSizeMB  int
	MaxBackups int
}

// File is an [io.WriteCloser]; a Write is one line, and rotation never splits it.
type File struct {
	rotated *timberjack.Logger
	lock    *os.File
	lost    atomic.Int64

	mu     sync.Mutex
	broken bool
}

// Open makes sure that the file can be written, and only by this process.
//
// Two processes that rotate one file overwrite each other's lines, hence the lock. A successor waits for the process
// that it replaces.
func Open(options Options) (*File, error) {
	if err := os.MkdirAll(options.Directory, 0o755); err != nil {
		return nil, fmt.Errorf("the log directory cannot be made: %w", err)
	}
	path := filepath.Join(options.Directory, options.Name)
	lock, err := acquire(filepath.Join(options.Directory, "."+options.Name+".lock"), path)
	if err != nil {
		return nil, err
	}

	// Made here because timberjack only opens a file that exists for appending, and only chmods one that does not.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, Mode)
	if err == nil {
		err = errors.Join(file.Chmod(Mode), file.Close())
	}
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("the log file cannot be written: %w", err)
	}
	return &File{lock: lock, rotated: &timberjack.Logger{
		Filename:   path,
		MaxSize:    options.MaxSizeMB,
		MaxBackups: options.MaxBackups,
		FileMode:   Mode,
		// A shipper that fell behind reads rotated files too: they stay what they are, and keep the .log ending.
		Compression:        "none",
		AppendTimeAfterExt: false,
	}}, nil
}

func acquire(lockPath, path string) (*os.File, error) {
	lock, err := os.OpenFile(lockPath, os.O_CREATE|os.O_RDWR, Mode)
	if err != nil {
		return nil, fmt.Errorf("the log directory cannot be written: %w", err)
	}
	for deadline := time.Now().Add(lockWait); ; time.Sleep(lockRetry) {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return lock, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			_ = lock.Close()
			return nil, fmt.Errorf("another process logs to %s: set another LOG_DIRECTORY or LOG_FILE_NAME: %w", path, err)
		}
	}
}

// Write appends a line. There is nowhere to report a failure to: it is counted, see [File.Lost].
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()

	if f.broken {
		// A full disk cut the last line off: the next one must not become its end.
		if _, err := f.rotated.Write([]byte{'\n'}); err != nil {
			f.lost.Add(1)
			return len(line), nil
		}
		f.broken = false
	}
	if n, err := f.rotated.Write(line); err != nil {
		f.broken = n > 0 && n < len(line)
		f.lost.Add(1)
	}
	return len(line), nil
}

// Lost counts the lines that could not be written.
func (f *File) Lost() int64 { return f.lost.Load() }

// Sync flushes to the disk.
func (f *File) Sync() error { return f.rotated.Sync() }

// Close flushes, and lets another process have the file.
func (f *File) Close() error {
	return errors.Join(f.rotated.Sync(), f.rotated.Close(), f.lock.Close())
}
