package access

import (
	"context"
	"fmt"
	"time"

	"medoffice/ent"
	"medoffice/ent/apitoken"
	"medoffice/ent/location"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
)

// LongestToken is the longest life of an API token in days.
const LongestToken = 365

// IssueToken makes an API token and returns its secret, which is not kept.
func (m *Module) IssueToken(ctx context.Context, name, role, location string, valid time.Duration) (secret string, err error) {
	if valid <= 0 || valid > LongestToken*24*time.Hour {
		return "", kit.Invalid(fmt.Sprintf("a token is valid for 1 to %d days", LongestToken), "expiresInDays")
	}
	secret, hash := newToken("tok")
	err = m.DB.Tx(ctx, func(ctx context.Context) error {
		_, err := m.putToken(ctx, name, role, location, hash, valid)
		return err
	})
	return secret, err
}

// createToken makes a token; the secret is "" where the same request had made
// it before.
func (m *Module) createToken(ctx context.Context, in model.CreateTokenInput) (row *ent.APIToken, secret string, problems []model.UserError, err error) {
	made, hash := newToken("tok")
	row, problems, err = act.Do(ctx, m.Deps, in, func(ctx context.Context, in model.CreateTokenInput) (string, error) {
		if in.ExpiresInDays < 1 || in.ExpiresInDays > LongestToken {
			return "", kit.Invalid(fmt.Sprintf("a token is valid for 1 to %d days", LongestToken), "expiresInDays")
		}
		site := ""
		if id := in.LocationID.Value(); id != nil {
			site = *id
		}
		secret = made
		return m.putToken(ctx, in.Name, string(in.Role), site, hash, time.Duration(in.ExpiresInDays)*24*time.Hour)
	}, m.readToken)
	if row == nil {
		secret = ""
	}
	return row, secret, problems, err
}

func (m *Module) putToken(ctx context.Context, name, role, site, hash string, valid time.Duration) (string, error) {
	name, err := plain(name, 1, 100, "name")
	if err != nil {
		return "", err
	}
	if err := checkRole(role, "role"); err != nil {
		return "", err
	}
	if err := mayGive(kit.ViewerOf(ctx), role); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx).APIToken.Create().SetName(name).SetRole(apitoken.Role(role)).
		SetTokenHash(hash).SetExpiresAt(m.Clock.Now().Add(valid))
	if site != "" {
		there, err := m.DB.Client(ctx).Location.Query().Where(location.ID.EQ(site)).Exist(ctx)
		if err != nil {
			return "", err
		}
		if !there {
			return "", kit.Missing("location", "locationId")
		}
		c.SetLocationID(site)
	} else if role == kit.Board {
		return "", kit.Invalid("a screen shows one location: name it", "locationId")
	}
	t, err := c.Save(ctx)
	if err != nil {
		return "", err
	}
	return t.ID, nil
}

func (m *Module) revokeToken(ctx context.Context, in model.RevokeTokenInput) (string, error) {
	t, err := m.readToken(ctx, in.ID)
	if ent.IsNotFound(err) {
		return "", kit.Missing("token", "id")
	}
	if err != nil {
		return "", err
	}
	if err := mayGive(kit.ViewerOf(ctx), string(t.Role)); err != nil {
		return "", err
	}
	if t.RevokedAt != nil {
		return t.ID, nil
	}
	m.sockets.closeAfter(ctx, t.ID)
	return t.ID, t.Update().SetRevokedAt(m.Clock.Now()).Exec(ctx)
}

func (m *Module) readToken(ctx context.Context, id string) (*ent.APIToken, error) {
	return m.DB.Client(ctx).APIToken.Get(ctx, id)
}
