package scheduling

import (
	"time"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent/appointment"
	"medoffice/ent/appointmenttype"
	"medoffice/ent/patient"
	"medoffice/ent/provider"
)

// mostExpected bounds who is expected at a site on a day.
const mostExpected = 2_500

// Arrivals returns, for the board of a site, who is expected.
func (*Module) Arrivals(d *sql.DialectBuilder, location string, from, to time.Time, ids []any) *sql.Selector {
	a, t, p, w := d.Table(appointment.Table).As("a"), d.Table(appointmenttype.Table).As("t"), d.Table(patient.Table).As("p"), d.Table(provider.Table).As("w")
	s := d.Select().From(a)
	s.Join(t).On(a.C(appointment.FieldTypeID), t.C(appointmenttype.FieldID))
	s.Join(p).On(a.C(appointment.FieldPatientID), p.C(patient.FieldID))
	s.Join(w).On(a.C(appointment.FieldProviderID), w.C(provider.FieldID))
	due := sql.And(sql.EQ(a.C(appointment.FieldStatus), appointment.StatusBOOKED), sql.GTE(a.C(appointment.FieldStartsAt), from), sql.LT(a.C(appointment.FieldStartsAt), to))
	if len(ids) > 0 {
		due = sql.Or(due, sql.In(a.C(appointment.FieldID), ids...))
	}
	s.Where(sql.And(sql.EQ(a.C(appointment.FieldLocationID), location), due))
	s.Select(a.C(appointment.FieldID), a.C(appointment.FieldVersion), a.C(appointment.FieldStartsAt))
	s.AppendSelectExpr(sql.P(func(b *sql.Builder) {
		b.WriteString("CASE WHEN ").Ident(a.C(appointment.FieldStatus)).WriteString(" = 'BOOKED' THEN 1 ELSE 0 END")
	}))
	s.AppendSelect(a.C(appointment.FieldPatientID), p.C(patient.FieldFamilyName), p.C(patient.FieldGivenName), a.C(appointment.FieldProviderID),
		w.C(provider.FieldFamilyName), w.C(provider.FieldGivenName), w.C(provider.FieldNamePrefix), t.C(appointmenttype.FieldName))
	s.AppendSelectExpr(sql.P(func(b *sql.Builder) {
		b.WriteString("CASE WHEN ").Ident(a.C(appointment.FieldOverbookReason)).WriteString(" IS NULL THEN 0 ELSE 1 END")
	}))
	return s.OrderBy(a.C(appointment.FieldStartsAt), a.C(appointment.FieldID)).Limit(mostExpected)
}
