// Package orders checks orders, reserves stock and has them charged.
package orders

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"log-pipeline/services/internal/config"
	"log-pipeline/services/internal/failure"
	"log-pipeline/services/internal/logruslog"
	"log-pipeline/services/internal/service"
	"log-pipeline/services/internal/upstream"
	"log-pipeline/services/internal/web"
)

// ItemOutOfStock is the item that there is none of, on purpose.
const ItemOutOfStock = "out-of-stock"

const (
	maxText        = 128
	maxQuantity    = 1000
	maxAmountCents = 100_000_000
)

// Definition makes the service.
var Definition = service.Definition{Name: "orders", Port: 8081, Load: func(env *config.Env) service.Builder {
	url := env.URL("PAYMENTS_URL", "")
	timeout := env.Duration("UPSTREAM_TIMEOUT", 2*time.Second, 10*time.Millisecond, 20*time.Second)
	return func(parts service.Parts) service.App {
		h := &handler{
			log:      logruslog.New(parts.Out, parts.LogLevel, parts.Service, parts.Version),
			tracer:   parts.Tracer(),
			payments: upstream.New("payments", url, timeout, parts.UserAgent(), parts.Tracing),
		}
		return service.App{
			Log:    logruslog.Func(h.log),
			Routes: map[string]http.HandlerFunc{"POST /orders": h.takeOrder},
			Close:  h.payments.Close,
		}
	}
}}

type handler struct {
	log      *logrus.Logger
	tracer   trace.Tracer
	payments *upstream.Client
}

type order struct {
	Item        string `json:"item"`
	Quantity    int    `json:"quantity"`
	AmountCents int64  `json:"amount_cents"`
	Customer    string `json:"customer"`
}

type charge struct {
	OrderID     string `json:"order_id"`
	AmountCents int64  `json:"amount_cents"`
	Description string `json:"description"`
	Customer    string `json:"customer,omitempty"`
}

type charged struct {
	ChargeID string `json:"charge_id"`
}

type taken struct {
	OrderID  string `json:"order_id"`
	ChargeID string `json:"charge_id"`
	Status   string `json:"status"`
}

func (h *handler) takeOrder(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	log := h.log.WithContext(ctx)
	var in order
	if err := web.ReadJSON(r, &in); err != nil {
		fail(w, r, log, "order refused", err)
		return
	}
	id := "ord_" + rand.Text()
	log = log.WithField("order_id", id)
	if in.Customer != "" {
		log = log.WithField("user_id", in.Customer)
	}
	log.WithFields(logrus.Fields{"item": in.Item, "quantity": in.Quantity, "amount_cents": in.AmountCents}).
		Info("order received")

	if err := in.validate(); err != nil {
		fail(w, r, log, "order refused", err)
		return
	}
	if err := h.reserve(ctx, in); err != nil {
		fail(w, r, log, "stock not reserved", err)
		return
	}
	log.WithFields(logrus.Fields{"item": in.Item, "quantity": in.Quantity}).Info("stock reserved, charging")

	var out charged
	call := charge{OrderID: id, AmountCents: in.AmountCents, Description: in.Item, Customer: in.Customer}
	if err := h.payments.Post(ctx, "/charges", call, &out); err != nil {
		fail(w, r, log, "order not charged, stock released", err)
		return
	}
	log.WithFields(logrus.Fields{"charge_id": out.ChargeID, "upstream": "payments"}).Info("order confirmed")
	web.WriteJSON(w, http.StatusCreated, taken{OrderID: id, ChargeID: out.ChargeID, Status: "confirmed"})
}

// validate reports everything that is wrong with an order at once.
func (o order) validate() error {
	var problems []string
	if o.Item == "" || utf8.RuneCountInString(o.Item) > maxText {
		problems = append(problems, fmt.Sprintf("item must have 1 to %d characters", maxText))
	}
	if utf8.RuneCountInString(o.Customer) > maxText {
		problems = append(problems, fmt.Sprintf("customer must have at most %d characters", maxText))
	}
	if o.Quantity < 1 || o.Quantity > maxQuantity {
		problems = append(problems, fmt.Sprintf("quantity must be from 1 to %d and is %d", maxQuantity, o.Quantity))
	}
	if o.AmountCents < 1 || o.AmountCents > maxAmountCents {
		problems = append(problems, fmt.Sprintf("amount_cents must be from 1 to %d and is %d", maxAmountCents, o.AmountCents))
	}
	if len(problems) > 0 {
		return failure.New(failure.ValidationFailed, strings.Join(problems, "; "))
	}
	return nil
}

func (h *handler) reserve(ctx context.Context, o order) error {
	_, span := h.tracer.Start(ctx, "reserve stock", trace.WithAttributes(
		attribute.String("order.item", o.Item), attribute.Int("order.quantity", o.Quantity)))
	defer span.End()
	if o.Item == ItemOutOfStock {
		return failure.New(failure.InsufficientStock, fmt.Sprintf("there are not %d of %s", o.Quantity, o.Item))
	}
	return nil
}

func fail(w http.ResponseWriter, r *http.Request, log *logrus.Entry, message string, cause error) {
	err := failure.From(cause)
	log = log.WithError(err).WithField("error_type", string(err.Type))
	if err.Upstream != "" {
		log = log.WithField("upstream", err.Upstream)
	}
	log.Log(logruslog.Level(err.Level()), message)
	web.Problem(w, r, err)
}
