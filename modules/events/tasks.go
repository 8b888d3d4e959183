package events

// TaskChanged is published when a task is asked for, taken, given to somebody
// else, done, opened again or dropped.
type TaskChanged struct {
	TaskID     string `json:"task"`
	Status     string `json:"status"`
	Role       string `json:"role,omitempty"`
	AssigneeID string `json:"assignee,omitempty"`
	LocationID string `json:"location,omitempty"`
	// Whose it was before it was given to somebody else.
	WasRole       string `json:"wasRole,omitempty"`
	WasAssigneeID string `json:"wasAssignee,omitempty"`
}

// Topic implements bus.Event.
func (TaskChanged) Topic() string { return "tasks.changed" }

// Entity is the task.
func (e TaskChanged) Entity() string { return e.TaskID }

// Location implements bus.Event.
func (e TaskChanged) Location() string { return e.LocationID }

// TaskOverdue is published once, when nobody did a task in time.
type TaskOverdue struct {
	TaskID     string `json:"task"`
	About      string `json:"about"`
	Role       string `json:"role,omitempty"`
	AssigneeID string `json:"assignee,omitempty"`
	LocationID string `json:"location,omitempty"`
}

// Topic implements bus.Event.
func (TaskOverdue) Topic() string { return "tasks.overdue" }

// Entity is the task.
func (e TaskOverdue) Entity() string { return e.TaskID }

// Location implements bus.Event.
func (e TaskOverdue) Location() string { return e.LocationID }
