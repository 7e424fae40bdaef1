// Package payments charges cards, at a provider that only exists in here.
package payments

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"log-pipeline/services/internal/config"
	"log-pipeline/services/internal/failure"
	"log-pipeline/services/internal/service"
	"log-pipeline/services/internal/web"
	"log-pipeline/services/internal/zaplog"
)

// What goes wrong on purpose, so that tests can aim for it.
const (
	// DescriptionSlow is what the provider takes its time for.
	DescriptionSlow = "slow"
	// CentsDeclined are the last two digits of amounts that are declined.
	CentsDeclined = 13
	// CentsUnavailable are the last two digits of amounts at which the provider is away.
	CentsUnavailable = 77
)

const (
	provider     = "payment-provider"
	slowness     = 25 * time.Second
	centsPerUnit = 100
)

// Definition makes the service.
var Definition = service.Definition{Name: "payments", Port: 8082, Load: func(*config.Env) service.Builder {
	return func(parts service.Parts) service.App {
		h := &handler{
			log:    zaplog.New(parts.Out, parts.LogLevel, parts.Service, parts.Version),
			tracer: parts.Tracer(),
		}
		return service.App{
			Log:    zaplog.Func(h.log),
			Routes: map[string]http.HandlerFunc{"POST /charges": h.charge},
		}
	}
}}

type handler struct {
	log    *zap.Logger
	tracer trace.Tracer
}

type charge struct {
	OrderID     string `json:"order_id"`
	AmountCents int64  `json:"amount_cents"`
	Description string `json:"description"`
	Customer    string `json:"customer"`
}

type charged struct {
	ChargeID string `json:"charge_id"`
}

func (h *handler) charge(w http.ResponseWriter, r *http.Request) {
	log := zaplog.For(r.Context(), h.log)
	var in charge
	if err := web.ReadJSON(r, &in); err != nil {
		fail(w, r, log, "charge refused", err)
		return
	}
	log = log.With(zap.String("order_id", in.OrderID))
	if in.Customer != "" {
		log = log.With(zap.String("user_id", in.Customer))
	}
	log.Info("charge received", zap.Int64("amount_cents", in.AmountCents))

	if in.AmountCents < 1 {
		fail(w, r, log, "charge refused", failure.New(failure.ValidationFailed, "amount_cents must be at least 1"))
		return
	}
	if err := h.authorise(r.Context(), in); err != nil {
		fail(w, r, log, "charge not authorised", err)
		return
	}
	id := "ch_" + rand.Text()
	log.Info("charge authorised", zap.String("charge_id", id), zap.String("upstream", provider))
	web.WriteJSON(w, http.StatusCreated, charged{ChargeID: id})
}

// authorise stands for the call of a card network.
func (h *handler) authorise(ctx context.Context, in charge) error {
	ctx, span := h.tracer.Start(ctx, "authorise charge", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("peer.service", provider), attribute.Int64("charge.amount_cents", in.AmountCents)))
	defer span.End()

	if in.Description == DescriptionSlow {
		select {
		case <-time.After(slowness):
		case <-ctx.Done():
			span.SetStatus(codes.Error, "the caller went away")
			return web.CallerWentAway(ctx)
		}
	}
	switch in.AmountCents % centsPerUnit {
	case CentsDeclined:
		return &failure.Error{Type: failure.CardDeclined, Message: "the card was declined", Upstream: provider}
	case CentsUnavailable:
		span.SetStatus(codes.Error, "the provider is away")
		return &failure.Error{
			Type: failure.PaymentProviderUnavailable, Message: "the payment provider is away", Upstream: provider}
	default:
		return nil
	}
}

func fail(w http.ResponseWriter, r *http.Request, log *zap.Logger, message string, cause error) {
	err := failure.From(cause)
	log.Log(zaplog.Level(err.Level()), message, zaplog.Failure(err)...)
	web.Problem(w, r, err)
}
