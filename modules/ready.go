package modules

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"medoffice/modules/kit"
)

// answersWithin is the time that the database has to show that it is there.
const answersWithin = time.Second

// Unready returns, in one word each, what keeps the office from working:
// database, migrations, outbox, audit. It costs one statement.
func (o *Office) Unready(ctx context.Context) (reasons []string) {
	ctx, cancel := context.WithTimeout(kit.System(ctx, "ready"), answersWithin)
	defer cancel()
	current, err := o.Deps.DB.Current(ctx)
	switch {
	case err != nil:
		reasons = append(reasons, "database")
	case !current:
		reasons = append(reasons, "migrations")
	}
	if !o.Deps.Bus.Running() {
		reasons = append(reasons, "outbox")
	}
	if !o.Trail.Figures().Running {
		reasons = append(reasons, "audit")
	}
	return reasons
}

// figures are what Prometheus reads of an office: the outbox and the writer of
// the audit trail.
type figures struct{ o *Office }

var (
	lagRows    = prometheus.NewDesc("medoffice_outbox_lag_rows", "Facts that this process has not told yet, up to a thousand.", nil, nil)
	lagSeconds = prometheus.NewDesc("medoffice_outbox_lag_seconds", "Age of the oldest of them.", nil, nil)
	waiting    = prometheus.NewDesc("medoffice_audit_waiting", "Requests that wait for the audit trail.", nil, nil)
	unsealed   = prometheus.NewDesc("medoffice_audit_unsealed", "Events of this process that wait for their place in the chain.", nil, nil)
	entries    = prometheus.NewDesc("medoffice_audit_requests_total", "Requests that the audit trail has taken.", nil, nil)
	batches    = prometheus.NewDesc("medoffice_audit_batches_total", "Transactions of the audit trail.", nil, nil)
)

// Describe implements prometheus.Collector.
func (figures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{lagRows, lagSeconds, waiting, unsealed, entries, batches} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Where the database does not answer,
// the lag is absent: nobody knows it.
func (f figures) Collect(to chan<- prometheus.Metric) {
	w := f.o.Trail.Figures()
	to <- number(waiting, prometheus.GaugeValue, float64(w.Waiting))
	to <- number(unsealed, prometheus.GaugeValue, float64(w.Unsealed))
	to <- number(entries, prometheus.CounterValue, float64(w.Taken))
	to <- number(batches, prometheus.CounterValue, float64(w.Batches))
	ctx, cancel := context.WithTimeout(kit.System(context.Background(), "metrics"), answersWithin)
	defer cancel()
	if rows, age, err := f.o.Deps.Bus.Lag(ctx); err == nil {
		to <- number(lagRows, prometheus.GaugeValue, float64(rows))
		to <- number(lagSeconds, prometheus.GaugeValue, age.Seconds())
	}
}

func number(d *prometheus.Desc, kind prometheus.ValueType, v float64) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, kind, v)
}
