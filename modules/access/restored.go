package access

import (
	"context"
	"fmt"
	"strings"
	"time"

	"medoffice/modules/kit/db"
)

// Doors are the tables that every request reads first, to know who asks.
var Doors = []string{"sessions", "api_tokens"}

// Ended are the tokens and accounts that may not come to life again with a
// backup from before they were ended.
type Ended struct{ Tokens, Accounts []string }

// ReadEnded reads them from a database at any version of its schema.
func ReadEnded(ctx context.Context, d *db.DB) (e Ended, err error) {
	if e.Tokens, err = texts(ctx, d, "SELECT id FROM api_tokens WHERE revoked_at IS NOT NULL"); err != nil {
		return e, err
	}
	e.Accounts, err = texts(ctx, d, "SELECT id FROM accounts WHERE NOT active")
	return e, err
}

func texts(ctx context.Context, d *db.DB, query string) (list []string, err error) {
	rows, err := d.SQL().QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// RestoredSQL is what must run on a restored database before anybody sees it:
// all sessions end, since some of them had ended already, and what had ended stays
// so. It is text, for a program of PostgreSQL runs it.
func RestoredSQL(now time.Time, e Ended) []string {
	at := quote(now.UTC().Format(db.SQLiteTime))
	list := []string{"UPDATE sessions SET revoked_at = " + at + " WHERE revoked_at IS NULL"}
	if len(e.Tokens) > 0 {
		list = append(list, fmt.Sprintf("UPDATE api_tokens SET revoked_at = %s WHERE revoked_at IS NULL AND id IN (%s)", at, quoteAll(e.Tokens)))
	}
	if len(e.Accounts) > 0 {
		list = append(list, fmt.Sprintf("UPDATE accounts SET active = false, version = version + 1 WHERE active AND id IN (%s)", quoteAll(e.Accounts)))
	}
	return list
}

func quoteAll(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return strings.Join(quoted, ", ")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
