// Package failure has the errors that a service answers with: typed, so that they can be counted and mapped to a status.
package failure

import (
	"errors"
	"log/slog"
	"net/http"
)

// Type is an error's kind, logged as error_type.
type Type string

// The kinds of errors, and what each is answered with.
const (
	ValidationFailed           Type = "validation_failed"
	MalformedRequest           Type = "malformed_request"
	BodyTooLarge               Type = "body_too_large"
	NotFound                   Type = "not_found"
	MethodNotAllowed           Type = "method_not_allowed"
	InsufficientStock          Type = "insufficient_stock"
	CardDeclined               Type = "card_declined"
	PaymentProviderUnavailable Type = "payment_provider_unavailable"
	UpstreamTimeout            Type = "upstream_timeout"
	UpstreamUnavailable        Type = "upstream_unavailable"
	UpstreamFailed             Type = "upstream_failed"
	CallerWentAway             Type = "caller_went_away"
	Internal                   Type = "internal_error"
)

// StatusCallerWentAway is nginx's "client closed request": nobody reads the answer, but the access line needs a status.
const StatusCallerWentAway = 499

var statuses = map[Type]int{
	ValidationFailed:           http.StatusBadRequest,
	MalformedRequest:           http.StatusBadRequest,
	BodyTooLarge:               http.StatusRequestEntityTooLarge,
	NotFound:                   http.StatusNotFound,
	MethodNotAllowed:           http.StatusMethodNotAllowed,
	InsufficientStock:          http.StatusConflict,
	CardDeclined:               http.StatusPaymentRequired,
	PaymentProviderUnavailable: http.StatusServiceUnavailable,
	UpstreamTimeout:            http.StatusGatewayTimeout,
	UpstreamUnavailable:        http.StatusBadGateway,
	UpstreamFailed:             http.StatusBadGateway,
	CallerWentAway:             StatusCallerWentAway,
	Internal:                   http.StatusInternalServerError,
}

// Error is a failure with a type.
type Error struct {
	Type Type
	// Message is for people, and may be shown to the caller.
	Message string
	// Upstream is the service that failed, where it was not this one.
	Upstream string
	// Cause is logged and not shown to the caller.
	Cause error
}

// New makes an error of this service's own.
func New(kind Type, message string) *Error { return &Error{Type: kind, Message: message} }

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// Status is the HTTP status to answer with.
func (e *Error) Status() int {
	if status, known := statuses[e.Type]; known {
		return status
	}
	return http.StatusInternalServerError
}

// Level is the severity to log with: what a caller did wrong needs nobody's attention here.
func (e *Error) Level() slog.Level {
	if e.Status() >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelWarn
}

// Travels tells whether a failure of an upstream service is the caller's answer too. The others are between the two
// services: a caller cannot mend a request that it did not make.
func Travels(kind Type) bool {
	switch kind {
	case ValidationFailed, InsufficientStock, CardDeclined, PaymentProviderUnavailable,
		UpstreamTimeout, UpstreamUnavailable, UpstreamFailed:
		return true
	default:
		return false
	}
}

// From finds the typed error in err; anything else is an internal error whose text stays in the log.
func From(err error) *Error {
	if typed, ok := errors.AsType[*Error](err); ok {
		return typed
	}
	return &Error{Type: Internal, Message: "something went wrong", Cause: err}
}
