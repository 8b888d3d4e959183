package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"medoffice/modules/kit/date"
)

// roomKinds are what rooms are for.
var roomKinds = []string{"EXAM", "PROCEDURE", "TRIAGE", "LAB", "IMAGING"}

// AppointmentType is a kind of appointment: how long it takes, when it may be
// booked, and what it needs.
type AppointmentType struct{ ent.Schema }

func (AppointmentType) Annotations() []schema.Annotation {
	return []schema.Annotation{table("appointment_types"), WholeOffice("it is the same at every location")}
}

func (AppointmentType) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "apt"}, Stamped{}, Versioned{}}
}

func (AppointmentType) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		field.Int("minutes").Default(20),
		field.Int("buffer_before").Default(0), // minutes in which the provider has no other appointment
		field.Int("buffer_after").Default(0),
		field.Int("alignment").Default(10),          // slots begin at so many minutes of the day
		field.Int("least_notice").Default(0),        // minutes ahead
		field.Int("most_notice").Default(180),       // days ahead
		field.Int("late_cancel").Default(24 * 60),   // a patient who cancels later than so many minutes ahead is late
		field.Int("remind_before").Default(24 * 60), // minutes; 0 for no reminder
		field.Int("overbook").Default(0),            // how many more may be booked on top, with reason
		field.Enum("room_kind").Values(roomKinds...).Optional().Nillable(),
		field.String("device_kind").Optional().Nillable(),
		ref("visit_type_id"),
		field.Bool("active").Default(true),
	}
}

func (AppointmentType) Indexes() []ent.Index { return []ent.Index{index.Fields("visit_type_id")} }

func (AppointmentType) Edges() []ent.Edge {
	return []ent.Edge{edge.To("visit_type", VisitType.Type).Field("visit_type_id").Unique()}
}

// Availability is when a provider sees patients at a site, week after week: a
// rule of days (RFC 5545 RRULE) and hours of the clock on the wall there.
type Availability struct{ ent.Schema }

func (Availability) Annotations() []schema.Annotation {
	return []schema.Annotation{table("availabilities")}
}

func (Availability) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "avl"}, Stamped{}, Versioned{}}
}

func (Availability) Fields() []ent.Field {
	return []ent.Field{
		field.String("provider_id").Immutable(),
		field.String("location_id").Immutable(),
		field.String("rule"),
		field.String("begins_on").GoType(date.Date("")),
		field.Int("from_minute"), // of the day on the wall
		field.Int("to_minute"),
		field.Bool("active").Default(true),
	}
}

func (Availability) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("provider", Provider.Type).Field("provider_id").Unique().Required().Immutable(),
		edge.To("location", Location.Type).Field("location_id").Unique().Required().Immutable(),
	}
}

func (Availability) Indexes() []ent.Index {
	return []ent.Index{index.Fields("provider_id"), index.Fields("location_id")}
}

// AvailabilityException is a time at which a provider is away, or is there
// although no rule says so.
type AvailabilityException struct{ ent.Schema }

func (AvailabilityException) Annotations() []schema.Annotation {
	return []schema.Annotation{table("availability_exceptions")}
}

func (AvailabilityException) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "avx"}, Stamped{}, Versioned{}}
}

func (AvailabilityException) Fields() []ent.Field {
	return []ent.Field{
		field.String("provider_id").Immutable(),
		ref("location_id"),
		field.Enum("kind").Values("AWAY", "EXTRA").Immutable(),
		field.Time("starts_at").Immutable(),
		field.Time("ends_at").Immutable(),
		field.String("reason").Default(""),
		field.Bool("active").Default(true),
	}
}

func (AvailabilityException) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("provider", Provider.Type).Field("provider_id").Unique().Required().Immutable(),
		edge.To("location", Location.Type).Field("location_id").Unique(),
	}
}

func (AvailabilityException) Indexes() []ent.Index {
	return []ent.Index{index.Fields("provider_id", "ends_at"), index.Fields("location_id")}
}

// Device is equipment that one patient at a time needs, such as the ECG.
type Device struct{ ent.Schema }

func (Device) Annotations() []schema.Annotation { return []schema.Annotation{table("devices")} }

func (Device) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "dev"}, Stamped{}, Versioned{}}
}

func (Device) Fields() []ent.Field {
	return []ent.Field{
		field.String("location_id").Immutable(),
		field.String("name"),
		field.String("kind"),
		field.Bool("active").Default(true),
	}
}

func (Device) Edges() []ent.Edge {
	return []ent.Edge{edge.To("location", Location.Type).Field("location_id").Unique().Required().Immutable()}
}

func (Device) Indexes() []ent.Index { return []ent.Index{index.Fields("location_id", "kind")} }

// Appointment is a time that is kept for a patient with a provider (FHIR Appointment).
type Appointment struct{ ent.Schema }

func (Appointment) Annotations() []schema.Annotation {
	return []schema.Annotation{table("appointments"), Walked{"type", "location", "room"}}
}

func (Appointment) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "apm"}, Stamped{}, Versioned{}}
}

func (Appointment) Fields() []ent.Field {
	return []ent.Field{
		field.String("patient_id"),
		field.String("type_id").Immutable(),
		field.String("provider_id").Immutable(),
		field.String("location_id").Immutable(),
		ref("room_id"), ref("device_id"), ref("visit_id"), ref("series_id"), ref("moved_from_id"), ref("moved_to_id"),
		field.Time("starts_at").Immutable(),
		field.Time("ends_at").Immutable(),
		field.Enum("status").Values("HELD", "BOOKED", "CHECKED_IN", "FULFILLED", "CANCELLED", "LATE_CANCELLED",
			"NO_SHOW", "RESCHEDULED", "EXPIRED", "ENTERED_IN_ERROR"),
		field.Time("held_until").Optional().Nillable(),
		field.String("reason").Optional().Nillable(),
		field.Enum("cancel_class").Values("PATIENT", "PROVIDER", "OFFICE").Optional().Nillable(),
		field.String("cancel_reason").Optional().Nillable(),
		field.String("overbook_reason").Optional().Nillable(),
	}
}

func (Appointment) Edges() []ent.Edge {
	return []ent.Edge{
		of("appointments"),
		edge.To("type", AppointmentType.Type).Field("type_id").Unique().Required().Immutable(),
		edge.To("provider", Provider.Type).Field("provider_id").Unique().Required().Immutable(),
		edge.To("location", Location.Type).Field("location_id").Unique().Required().Immutable(),
		edge.To("room", Room.Type).Field("room_id").Unique(),
		edge.To("device", Device.Type).Field("device_id").Unique(),
		edge.To("visit", Visit.Type).Field("visit_id").Unique(),
		edge.To("claims", BookingClaim.Type),
	}
}

func (Appointment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("patient_id", "starts_at", "id"), index.Fields("location_id", "starts_at", "id"),
		index.Fields("provider_id", "starts_at", "id"), index.Fields("starts_at", "id"), index.Fields("status", "starts_at", "id"),
		index.Fields("series_id"), index.Fields("visit_id").Unique(), index.Fields("moved_from_id").Unique(), index.Fields("moved_to_id").Unique(),
		index.Fields("room_id"), index.Fields("device_id"),
		index.Fields("type_id", "starts_at", "id"),
	}
}

// BookingClaim keeps one thing or person for an appointment, from its first
// instant up to, and without, its last. The database refuses two active claims
// of the same lane that overlap. Who is overbooked has a lane of the own.
type BookingClaim struct{ ent.Schema }

func (BookingClaim) Annotations() []schema.Annotation {
	return []schema.Annotation{table("booking_claims"), WholeOffice("no field of the graph shows its rows")}
}
func (BookingClaim) Mixin() []ent.Mixin { return []ent.Mixin{ID{prefix: "bkc"}} }

func (BookingClaim) Fields() []ent.Field {
	return []ent.Field{
		field.String("appointment_id").Immutable(),
		field.Enum("kind").Values("PROVIDER", "PATIENT", "ROOM", "DEVICE").Immutable(),
		field.String("resource_id"),
		field.Int("lane").Default(0).Immutable(),
		field.Time("starts_at").Immutable(),
		field.Time("ends_at").Immutable(),
		field.Bool("active").Default(true),
		field.Time("held_until").Optional().Nillable(), // from then on it keeps nobody away
	}
}

func (BookingClaim) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("appointment", Appointment.Type).Ref("claims").Field("appointment_id").Unique().Required().Immutable(),
	}
}

func (BookingClaim) Indexes() []ent.Index {
	return []ent.Index{index.Fields("appointment_id"), index.Fields("resource_id", "active", "starts_at")}
}

// WaitlistEntry is somebody who wants an earlier time, should one get free.
type WaitlistEntry struct{ ent.Schema }

func (WaitlistEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{table("waitlist_entries")}
}

func (WaitlistEntry) Mixin() []ent.Mixin {
	return []ent.Mixin{ID{prefix: "wtl"}, Stamped{}, Versioned{}}
}

func (WaitlistEntry) Fields() []ent.Field {
	return append(ids("type_id", "location_id"),
		field.String("patient_id"), field.String("provider_id").Optional().Nillable().Immutable(),
		field.String("earliest").GoType(date.Date("")).Immutable(), field.String("latest").GoType(date.Date("")).Immutable(),
		field.Int("from_minute").Default(0).Immutable(), field.Int("to_minute").Default(24*60).Immutable(),
		field.Int("priority").Default(0).Immutable(), field.String("note").Optional().Nillable().Immutable(),
		field.Enum("status").Values("WAITING", "OFFERED", "ACCEPTED", "DECLINED", "EXPIRED", "CANCELLED").Default("WAITING"),
		ref("offer_id"), field.Time("offered_until").Optional().Nillable(),
	)
}

func (WaitlistEntry) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("patient", Patient.Type).Field("patient_id").Unique().Required(),
		heldTo("type", AppointmentType.Type), heldTo("location", Location.Type),
		edge.To("provider", Provider.Type).Field("provider_id").Unique().Immutable(),
		edge.To("offer", Appointment.Type).Field("offer_id").Unique(),
	}
}

func (WaitlistEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("status", "location_id", "priority", "created_at"), index.Fields("created_at", "id"), index.Fields("patient_id"),
		index.Fields("offer_id"), index.Fields("type_id"), index.Fields("provider_id"), index.Fields("location_id"),
	}
}
