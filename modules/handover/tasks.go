package handover

import "time"

// Kinds of instructions that become tasks.
const (
	TaskPrepare  = "PREPARE"
	TaskGive     = "GIVE"
	TaskDraw     = "DRAW"
	TaskCall     = "CALL"
	TaskFollowUp = "FOLLOW_UP"
	TaskCount    = "COUNT"
	TaskOther    = "OTHER"
)

// Instruction is what somebody is asked to do.
type Instruction struct {
	About      string // id of what asks for it (an order, an appointment); what completes or drops it names this
	Kind       string // one of the kinds above
	Title      string
	PatientID  string // "" where it concerns nobody
	VisitID    string
	LocationID string
	Role       string // who may take it: a role, or
	AssigneeID string // a person
	Urgent     bool
	DueAt      time.Time
}
