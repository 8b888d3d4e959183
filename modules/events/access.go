package events

// GlassBroken is published when somebody opens a chart in an emergency.
type GlassBroken struct {
	BreakGlassID string `json:"breakGlassId"`
	PatientID    string `json:"patientId"`
	ActorID      string `json:"actorId"`
}

// Topic implements bus.Event.
func (GlassBroken) Topic() string { return "access.glassBroken" }

// Entity implements bus.Event.
func (e GlassBroken) Entity() string { return e.BreakGlassID }

// Location implements bus.Event.
func (GlassBroken) Location() string { return "" }
