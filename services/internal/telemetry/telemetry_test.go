package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"
)

func TestOneComplaintAMinute(t *testing.T) {
	var suppressed []int64
	now := time.Unix(0, 0)
	r := &reporter{now: func() time.Time { return now },
		log: func(_ context.Context, _ slog.Level, _ string, fields ...slog.Attr) {
			suppressed = append(suppressed, fields[len(fields)-1].Value.Int64())
		}}
	for range 180 {
		r.Handle(errors.New("away"))
		now = now.Add(time.Second)
	}
	if len(suppressed) != 3 || suppressed[0] != 0 || suppressed[1] != 59 || suppressed[2] != 59 {
		t.Errorf("%v", suppressed)
	}
}
