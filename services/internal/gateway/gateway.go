// Package gateway is where orders come in. It checks that they can be read, and hands them to orders.
package gateway

import (
	"net/http"
	"time"

	"go.uber.org/zap"

	"log-pipeline/services/internal/config"
	"log-pipeline/services/internal/failure"
	"log-pipeline/services/internal/service"
	"log-pipeline/services/internal/upstream"
	"log-pipeline/services/internal/web"
	"log-pipeline/services/internal/zaplog"
)

// Definition makes the service.
var Definition = service.Definition{Name: "gateway", Port: 8080, Load: func(env *config.Env) service.Builder {
	url := env.URL("ORDERS_URL", "")
	// Longer than orders' own: it has the better answer.
	timeout := env.Duration("UPSTREAM_TIMEOUT", 5*time.Second, 10*time.Millisecond, 20*time.Second)
	return func(parts service.Parts) service.App {
		h := &handler{
			log:    zaplog.New(parts.Out, parts.LogLevel, parts.Service, parts.Version),
			orders: upstream.New("orders", url, timeout, parts.UserAgent(), parts.Tracing),
		}
		return service.App{
			Log:    zaplog.Func(h.log),
			Routes: map[string]http.HandlerFunc{"POST /orders": h.placeOrder},
			Close:  h.orders.Close,
		}
	}
}}

type handler struct {
	log    *zap.Logger
	orders *upstream.Client
}

type order struct {
	Item        string `json:"item"`
	Quantity    int    `json:"quantity"`
	AmountCents int64  `json:"amount_cents"`
	Customer    string `json:"customer,omitempty"`
}

type placed struct {
	OrderID  string `json:"order_id"`
	ChargeID string `json:"charge_id"`
	Status   string `json:"status"`
}

func (h *handler) placeOrder(w http.ResponseWriter, r *http.Request) {
	log := zaplog.For(r.Context(), h.log)
	var in order
	if err := web.ReadJSON(r, &in); err != nil {
		fail(w, r, log, "order refused", err)
		return
	}
	if in.Customer != "" {
		log = log.With(zap.String("user_id", in.Customer))
	}
	log.Info("order received",
		zap.String("item", in.Item), zap.Int("quantity", in.Quantity), zap.Int64("amount_cents", in.AmountCents))

	var out placed
	if err := h.orders.Post(r.Context(), "/orders", in, &out); err != nil {
		fail(w, r, log, "order failed", err)
		return
	}
	log.Info("order placed", zap.String("order_id", out.OrderID), zap.String("upstream", "orders"))
	web.WriteJSON(w, http.StatusCreated, out)
}

func fail(w http.ResponseWriter, r *http.Request, log *zap.Logger, message string, cause error) {
	err := failure.From(cause)
	log.Log(zaplog.Level(err.Level()), message, zaplog.Failure(err)...)
	web.Problem(w, r, err)
}
