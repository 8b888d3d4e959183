package access

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"medoffice/ent/apitoken"
	"medoffice/ent/session"
	"medoffice/modules/kit"
)

// door is a way in: a table of secrets and how to find in it who holds one.
// Every request goes through a door first, so it is one statement, past ent:
// a row a role, with the columns of entrance.
type door struct {
	table, text string
	most        time.Duration // the longest that a secret is valid
}

var (
	sessions = door{session.Table, `SELECT s.id, a.id, a.display_name, s.expires_at, s.revoked_at IS NULL AND a.active,
	a.location_id, a.provider_id, g.role, g.own_patients, EXISTS (SELECT 1 FROM break_glasses b WHERE b.session_id = s.id AND b.until > $2)
FROM sessions s JOIN accounts a ON a.id = s.account_id
LEFT JOIN role_grants g ON g.account_id = a.id AND g.revoked_at IS NULL
WHERE s.token_hash = $1`, SessionLength}
	tokens = door{apitoken.Table, `SELECT id, id, name, expires_at, revoked_at IS NULL, location_id, NULL, role, FALSE,
	EXISTS (SELECT 1 FROM break_glasses b WHERE b.session_id = t.id AND b.until > $2)
FROM api_tokens t WHERE token_hash = $1`, LongestToken * 24 * time.Hour}
)

// entrance is a row of a door.
type entrance struct {
	key, id, name            string
	expires                  time.Time
	open                     bool
	location, provider, role sql.NullString
	own                      sql.NullBool
	glass                    bool
}

func (e *entrance) columns() []any {
	return []any{&e.key, &e.id, &e.name, &e.expires, &e.open, &e.location, &e.provider, &e.role, &e.own, &e.glass}
}

// look finds the viewer that a secret stands for. All roles of a person are for
// own patients, or the person is not limited.
func (m *Module) look(ctx context.Context, d door, secret string) (*kit.Viewer, error) {
	rows, err := m.DB.Client(ctx).QueryContext(ctx, d.text, hashToken(secret), m.Clock.Now())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var e entrance
	v := &kit.Viewer{Grants: m.grants, Rules: m.rules}
	limited := true
	for rows.Next() {
		if err := rows.Scan(e.columns()...); err != nil {
			return nil, err
		}
		if e.role.Valid {
			v.Roles, limited = append(v.Roles, e.role.String), limited && e.own.Bool
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if e.key == "" || !e.open {
		return nil, errToken
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if e.expires, err = m.shorten(ctx, d.table, e.key, e.expires, d.most); err != nil {
		return nil, err
	}
	if !e.expires.After(m.Clock.Now()) {
		return nil, errToken
	}
	slices.Sort(v.Roles)
	v.ID, v.Name, v.SessionID, v.Roles = e.id, e.name, e.key, slices.Compact(v.Roles)
	v.Glass = e.glass
	v.LocationID, v.ProviderID, v.OwnOnly = e.location.String, e.provider.String, limited && len(v.Roles) > 0
	return v, nil
}

// Role is a viewer with a role and nothing else, to see what such a one may do.
func (m *Module) Role(role string) *kit.Viewer {
	return &kit.Viewer{ID: "role " + role, Name: role, Roles: []string{role}, Grants: m.grants, Rules: m.rules}
}
