package access_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// TestStoredPasswords: what stands in databases since the first release lets its
// owner in, and what no argon2id hash is lets nobody in.
func TestStoredPasswords(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := add(t, o, "ines", kit.Nurse)
		const first = "$argon2id$v=19$m=19456,t=2,p=1$NafeMg3EWl3nmkzwYZgU0Q$XRNkLUmzuvXskL7KZiGHiPs6gMzixuIdiF8lBr5Xl+U"
		for stored, lets := range map[string]bool{
			first: true, access.HashPassword(password): true, access.HashPassword(other): false,
			strings.Replace(first, "XRNk", "XRNl", 1): false, strings.Replace(first, "v=19", "v=16", 1): false,
			strings.Replace(first, "argon2id", "argon2i", 1): false, "": false, "$$$$$": false, password: false,
		} {
			err := o.Deps.DB.Tx(o.System(), func(ctx context.Context) error {
				return o.Deps.DB.Client(ctx).Account.UpdateOneID(id).SetPasswordHash(stored).Exec(ctx)
			})
			if err != nil {
				t.Fatal(err)
			}
			o.Clock.Add(24 * time.Hour) // no lock of the guess before is left
			if got := signIn(t, o, "ines", password); (got.SignIn.Token != nil) != lets {
				t.Errorf("%q: %+v", stored, got)
			}
		}
	})
}

// TestHashPassword: the form and the cost of what is stored.
func TestHashPassword(t *testing.T) {
	one, two := access.HashPassword(password), access.HashPassword(password)
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") || len(one) != 97 || one == two {
		t.Error(one, two)
	}
}
