package logtext_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"medoffice/modules/kit"
	"medoffice/modules/kit/logtext"
	"medoffice/modules/officetest"
)

const secret = officetest.Planted

func TestError(t *testing.T) {
	_, number := strconv.Atoi(secret)
	broken := json.Unmarshal([]byte(`{"a": "`+secret+`"}`), &struct{ A int }{})
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New(secret), "*errors.errorString"},
		{fmt.Errorf("the patient %s: %w", secret, context.Canceled), "context canceled"},
		{fmt.Errorf("the patient %s", secret), "*errors.errorString"},
		{errors.Join(errors.New(secret), kit.ErrNoViewer), "*errors.errorString: kit: a query without a viewer"},
		{&kit.Error{Code: kit.Internal, Safe: "something went wrong here", Cause: errors.New(secret)}, "INTERNAL: something went wrong here: *errors.errorString"},
		{number, "*errors.errorString"},
		{broken, "*json.UnmarshalTypeError"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, "dial tcp: connection refused"},
		{&net.DNSError{Name: secret}, "name lookup"},
		{logtext.Fixed("as it is"), "as it is"},
	} {
		if got := logtext.Error(c.err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The databases quote what somebody typed; what the log gets of it does not.
func TestErrorsOfTheDatabase(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		for _, c := range []struct{ setup, statement, lite, postgres string }{
			{
				"CREATE TABLE drawers (label text UNIQUE)", "INSERT INTO drawers (label) VALUES ('" + secret + "'), ('" + secret + "')",
				"sqlite 2067", "postgres 23505 drawers drawers_label_key",
			},
			{"", "SELECT " + strings.ReplaceAll(secret, "-", "_") + " FROM drawers", "sqlite 1", "postgres 42703"},
			{"", "SELECT '" + secret, "sqlite 1", "postgres 42601"},
		} {
			if c.setup != "" {
				if _, err := o.Deps.DB.SQL().ExecContext(t.Context(), c.setup); err != nil {
					t.Fatal(err)
				}
			}
			_, err := o.Deps.DB.SQL().ExecContext(t.Context(), c.statement)
			want := c.lite
			if o.Deps.DB.Postgres() {
				want = c.postgres
			}
			got := logtext.Error(fmt.Errorf("%s: %w", secret, err))
			if !logtext.FromDatabase(err) || !strings.HasPrefix(got, want) || strings.Contains(got, "Zzyzx") {
				t.Errorf("%q of %v, want %q", got, err, want)
			}
		}
	})
}
