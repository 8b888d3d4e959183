package trail

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/lib/pq"

	"medoffice/ent"
	"medoffice/ent/predicate"
	"medoffice/modules/kit/db"
)

// seal gives an event its place in a chain: after the row with the previous
// hash, "" for the first.
func seal(e *ent.AuditEvent, chain string, position int64, previous string) {
	e.Chain, e.Position = chain, &position
	hash := digest(e, previous)
	e.Hash = &hash
}

// digest is SHA-256 over all fields of a sealed event, each behind its length,
// and the hash of the row before it.
func digest(e *ent.AuditEvent, previous string) string {
	patient := "-"
	if e.PatientID != nil {
		patient = "+" + *e.PatientID
	}
	var place [8]byte
	binary.BigEndian.PutUint64(place[:], uint64(*e.Position))
	h := sha256.New()
	for _, field := range []string{
		"medoffice audit 1", previous, e.Chain, string(place[:]), e.ID, e.At.UTC().Format(time.RFC3339Nano),
		string(e.Action), string(e.Outcome), e.ActorID, e.ActorName, e.Roles, patient,
		e.EntityType, e.EntityID, e.Detail, e.Operation, e.Purpose, e.RequestID, e.RemoteIP,
	} {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(field)))
		h.Write(length[:])
		h.Write([]byte(field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// columns are those of audit_events.
var columns = []string{
	"id", "at", "action", "outcome", "actor_id", "actor_name", "roles", "patient_id", "entity_type", "entity_id",
	"detail", "operation", "purpose", "request_id", "remote_ip", "chain", "position", "hash",
}

// insertSQLite takes any number of rows as one parameter, so that there is one
// statement for all numbers; insertPostgres as arrays.
var insertSQLite = "INSERT INTO audit_events (" + strings.Join(columns, ", ") + ") SELECT value->>'" +
	strings.Join(columns, "', value->>'") + "' FROM json_each(?)"

const (
	sealSQLite = `UPDATE audit_events SET chain = value->>'chain', position = value->>'position', hash = value->>'hash'
FROM json_each(?) AS sealed WHERE audit_events.id = value->>'id'`
	sealPostgres = `UPDATE audit_events SET chain = sealed.chain, position = sealed.position, hash = sealed.hash
FROM json_populate_recordset(NULL::audit_events, $1) AS sealed WHERE audit_events.id = sealed.id`
)

// insert writes events as they are, sealed or not. It goes past the ent hooks,
// which guard what people do.
func insert(ctx context.Context, d *db.DB, events []*ent.AuditEvent) error {
	if !d.Postgres() {
		if err := send(ctx, d, insertSQLite, events); err != nil {
			return err
		}
		return putSubjects(ctx, d, events)
	}
	_, err := d.Client(ctx).ExecContext(ctx, insertPostgres, arraysOf(events)...)
	return err
}

// putSeals writes the seals of events that are in the table without one.
func putSeals(ctx context.Context, d *db.DB, events []*ent.AuditEvent) error {
	if d.Postgres() {
		return send(ctx, d, sealPostgres, events)
	}
	return send(ctx, d, sealSQLite, events)
}

func send(ctx context.Context, d *db.DB, statement string, events []*ent.AuditEvent) error {
	rows := make([]map[string]any, len(events))
	for i, e := range events {
		rows[i] = map[string]any{
			"id": e.ID, "at": e.At.UTC().Format(db.SQLiteTime), "action": e.Action, "outcome": e.Outcome,
			"actor_id": e.ActorID, "actor_name": e.ActorName, "roles": e.Roles, "patient_id": e.PatientID,
			"entity_type": e.EntityType, "entity_id": e.EntityID, "detail": e.Detail, "operation": e.Operation,
			"purpose": e.Purpose, "request_id": e.RequestID, "remote_ip": e.RemoteIP,
			"chain": e.Chain, "position": e.Position, "hash": e.Hash,
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = d.Client(ctx).ExecContext(ctx, statement, string(text))
	return err
}

// among finds rows by their ids, which travel as one parameter.
func among(ids []string) predicate.AuditEvent {
	return func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) {
			if s.Dialect() == dialect.Postgres {
				b.WriteString(s.C("id") + " = ANY(").Arg(pq.Array(ids)).WriteString(")")
				return
			}
			text, _ := json.Marshal(ids) // strings always encode
			b.WriteString(s.C("id") + " IN (SELECT value FROM json_each(").Arg(string(text)).WriteString("))")
		}))
	}
}
