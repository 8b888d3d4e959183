package trail

import (
	"fmt"
	"strings"
	"time"

	"medoffice/ent/auditevent"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/id"
)

// RestoredSQL notes in the trail of a database that it was put back to an earlier
// state. It is text, for a program of PostgreSQL runs it.
func RestoredSQL(now time.Time) string {
	return told(now, auditevent.ActionIMPORT, "the database was restored from a backup")
}

// BackedUpSQL notes in the trail that all records are about to leave.
func BackedUpSQL(now time.Time) string {
	return told(now, auditevent.ActionEXPORT, "the database is copied into a backup")
}

// told inserts an event that the next process to sweep seals.
func told(now time.Time, action auditevent.Action, detail string) string {
	return fmt.Sprintf(`INSERT INTO audit_events (id, at, action, outcome, actor_id, actor_name, roles, entity_type, entity_id, detail)
VALUES (%s, %s, %s, 'SUCCESS', 'system', 'command line', 'SYSTEM', 'Database', '', %s)`,
		quote(id.New("aud")), quote(now.UTC().Format(db.SQLiteTime)), quote(string(action)), quote(detail))
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
