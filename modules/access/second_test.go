package access_test

import (
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"medoffice/ent/account"
	"medoffice/modules/access"
	"medoffice/modules/kit"
	"medoffice/modules/officetest"
)

// TestCodesOfRFC6238 holds the codes against appendix B of RFC 6238, whose
// codes have eight digits, of which ours are the last six.
func TestCodesOfRFC6238(t *testing.T) {
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := access.CodeAt([]byte("12345678901234567890"), at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// factor is a program on a telephone that makes codes.
type factor struct {
	o        *officetest.Office
	uri      string
	key      []byte
	recovery []string
}

// code is that of now, or of some steps away.
func (f *factor) code(away int64) string {
	return access.CodeAt(f.key, f.o.Clock.Now().Unix()/30+away)
}

const (
	setUpDoc   = `mutation($p: String!) { got: setUpSecondFactor(input: {password: $p, clientMutationId: "s"}) { uri userErrors { code path } } }`
	confirmDoc = `mutation($c: String!) { got: confirmSecondFactor(input: {code: $c, clientMutationId: "c"}) { recoveryCodes userErrors { code path } } }`
	removeDoc  = `mutation($p: String!, $c: String!) { got: removeSecondFactor(input: {password: $p, code: $c, clientMutationId: "r"}) {
		account { secondFactorSince } userErrors { code path } } }`
	resetDoc = `mutation($id: ID!, $v: Int!) { got: resetSecondFactor(input: {accountId: $id, expectedVersion: $v}) {
		account { secondFactorSince version } userErrors { code path } } }`
	withCodeDoc = `mutation($u: String!, $p: String!, $c: String) {
		signIn(input: {username: $u, password: $p, code: $c}) { token viewer { id } userErrors { code message path } } }`
)

// answered is what the mutations of the second factor say.
type answered struct {
	Got struct {
		URI           *string
		RecoveryCodes []string
		Account       *struct {
			SecondFactorSince *time.Time
			Version           int
		}
		UserErrors []problem
	}
}

// code is that of the user error, "" for none.
func (a answered) code() string {
	if len(a.Got.UserErrors) == 0 {
		return ""
	}
	return a.Got.UserErrors[0].Code
}

// begin has the caller set up a second factor that is not confirmed.
func begin(t *testing.T, o *officetest.Office, caller *officetest.Caller) *factor {
	t.Helper()
	var got answered
	caller.Do(setUpDoc, officetest.Vars{"p": password}, &got)
	if got.Got.URI == nil {
		t.Fatalf("%+v", got)
	}
	u, err := url.Parse(*got.Got.URI)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("digits") != "6" || u.Query().Get("period") != "30" {
		t.Fatalf("%v: %s", err, *got.Got.URI)
	}
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(u.Query().Get("secret"))
	if err != nil || len(key) != 20 {
		t.Fatal(err, len(key))
	}
	return &factor{o: o, uri: *got.Got.URI, key: key}
}

// turnOn has the caller set up a second factor and confirm it.
func turnOn(t *testing.T, o *officetest.Office, caller *officetest.Caller) *factor {
	t.Helper()
	f := begin(t, o, caller)
	var got answered
	caller.Do(confirmDoc, officetest.Vars{"c": f.code(0)}, &got)
	if len(got.Got.RecoveryCodes) != 10 {
		t.Fatalf("%+v", got)
	}
	f.recovery = got.Got.RecoveryCodes
	return f
}

// try signs in with a code; the answer is "" where it let somebody in.
func try(t *testing.T, o *officetest.Office, username, code string) string {
	t.Helper()
	var got signedIn
	vars := officetest.Vars{"u": username, "p": password}
	if code != "" {
		vars["c"] = code
	}
	o.As("").Do(withCodeDoc, vars, &got)
	if got.SignIn.Token != nil {
		return ""
	}
	return got.SignIn.UserErrors[0].Code
}

func TestSecondFactor(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := add(t, o, "ines", kit.Nurse)
		ines, other := in(t, o, "ines", password), in(t, o, "ines", password)
		var got answered
		ines.Do(setUpDoc, officetest.Vars{"p": "not-the-password"}, &got)
		if got.code() != "BAD_USER_INPUT" || got.Got.URI != nil {
			t.Fatalf("set up behind a wrong password: %+v", got)
		}
		f := begin(t, o, ines)
		if code := try(t, o, "ines", ""); code != "" {
			t.Fatalf("a factor that is not confirmed is asked for: %s", code)
		}
		got = answered{}
		ines.Do(confirmDoc, officetest.Vars{"c": f.code(5)}, &got)
		if got.code() != "BAD_USER_INPUT" || got.Got.RecoveryCodes != nil {
			t.Fatalf("confirmed by a wrong code: %+v", got)
		}
		ines.Do(confirmDoc, officetest.Vars{"c": f.code(0)}, &got)
		f.recovery = got.Got.RecoveryCodes
		if len(slices.Compact(slices.Sorted(slices.Values(f.recovery)))) != 10 {
			t.Fatalf("recovery codes: %+v", got)
		}
		if a := other.Send(`{ me { name } }`, nil); a.Status != 401 {
			t.Error("a session without a second factor goes on")
		}
		ines.Do(setUpDoc, officetest.Vars{"p": password}, &got)
		if got.code() != "FAILED_PRECONDITION" {
			t.Errorf("set up twice: %+v", got)
		}
		for _, c := range []struct{ name, code, want string }{
			{"none", "", "SECOND_FACTOR_REQUIRED"},
			{"that confirmed", f.code(0), "UNAUTHENTICATED"},
			{"of the step before, after a newer one", f.code(-1), "UNAUTHENTICATED"},
			{"two steps ahead", f.code(2), "UNAUTHENTICATED"},
			{"one step ahead, in two parts", f.code(1)[:3] + " " + f.code(1)[3:], ""},
			{"the same again", f.code(1), "UNAUTHENTICATED"},
			{"a recovery code, as people write it", strings.ToLower(strings.ReplaceAll(f.recovery[3], "-", " ")), ""},
			{"the same again", f.recovery[3], "UNAUTHENTICATED"},
			{"another one", f.recovery[0], ""},
			{"nonsense", strings.Repeat("9", 10_000), "UNAUTHENTICATED"},
		} {
			if got := try(t, o, "ines", c.code); got != c.want {
				t.Errorf("a code, %s: %q, want %q", c.name, got, c.want)
			}
		}
		o.Clock.Add(2 * time.Minute)
		late := f.code(-1)
		if got := try(t, o, "ines", late); got != "" {
			t.Errorf("the code of the step before: %q", got)
		}
		secretsStay(t, o, id, f)
	})
}

// secretsStay looks for the secrets of a second factor where they must not be.
func secretsStay(t *testing.T, o *officetest.Office, id string, f *factor) {
	t.Helper()
	ctx := o.System()
	a := officetest.Must(o.Deps.DB.Client(ctx).Account.Get(ctx, id))
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(f.key)
	kept := string(a.SecondFactor) + a.RecoveryCodes
	trail, err := json.Marshal(officetest.Must(o.Deps.DB.Client(ctx).AuditEvent.Query().All(ctx)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{secret, string(f.key), f.code(0), password}, f.recovery...) {
		if strings.Contains(kept, s) {
			t.Error("a secret is kept as it is")
		}
		if strings.Contains(o.Log.String(), s) || strings.Contains(string(trail), s) || strings.Contains(a.String(), s) {
			t.Error("a secret is in the log, in the audit trail or in the text of the row")
		}
	}
	if n := officetest.Must(o.Deps.DB.Client(ctx).Request.Query().Count(ctx)); n != 0 {
		t.Error("a digest of a secret was kept")
	}
	if n := len(strings.Fields(a.RecoveryCodes)); n != 8 {
		t.Errorf("%d recovery codes are left", n)
	}
	details := map[string]int{}
	for _, e := range events(t, o, "SIGN_IN") {
		details[e.Detail]++
	}
	if details["recovery code"] != 2 || details["code asked for"] != 1 || details["code"] != 2 {
		t.Errorf("the trail of signing in: %v", details)
	}
}

// TestP31WrongCodesLock: wrong codes count as wrong passwords do, each behind
// its alias, and lock the account: 20 guesses get access.MaxFailures looks.
func TestP31WrongCodesLock(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := add(t, o, "ines", kit.Nurse)
		ines := in(t, o, "ines", password)
		f := turnOn(t, o, ines)
		codes := map[string]int{}
		for range 4 {
			var doc strings.Builder
			doc.WriteString("mutation {")
			for i := range 5 {
				fmt.Fprintf(&doc, ` a%d: signIn(input: {username: "ines", password: %q, code: "00000%d"}) { userErrors { code } }`, i, password, i)
			}
			got := map[string]struct{ UserErrors []problem }{}
			if err := json.Unmarshal(o.As("").Send(doc.String()+"}", nil).Data, &got); err != nil {
				t.Fatal(err)
			}
			for _, a := range got {
				codes[a.UserErrors[0].Code]++
			}
		}
		if codes["UNAUTHENTICATED"] != 10 || codes["RATE_LIMITED"] != 10 {
			t.Errorf("codes: %v", codes)
		}
		looked := 0
		for _, e := range events(t, o, "SIGN_IN") {
			if e.EntityID == id && strings.HasPrefix(e.Detail, "wrong code") {
				looked++
			}
		}
		if looked != access.MaxFailures {
			t.Errorf("%d wrong codes were looked at", looked)
		}
		o.Clock.Add(6 * time.Minute) // past the brake, not past the lock
		if got := try(t, o, "ines", f.code(0)); got != "UNAUTHENTICATED" {
			t.Errorf("a locked account: %q", got)
		}
		o.Clock.Add(access.LockOut)
		if got := try(t, o, "ines", f.code(0)); got != "" {
			t.Errorf("after the lock: %q", got)
		}
		// The same where somebody tries to remove the factor behind a session.
		for range access.MaxFailures {
			ines.Do(removeDoc, officetest.Vars{"p": password, "c": "123"}, nil)
		}
		if a := ines.Do(removeDoc, officetest.Vars{"p": password, "c": f.recovery[1]}, nil); !strings.Contains(a.Text, "RATE_LIMITED") {
			t.Errorf("removed from a locked account: %s", a.Text)
		}
	})
}

// TestCodeCountsOnce sends the same right code many times at once.
func TestCodeCountsOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		add(t, o, "ines", kit.Nurse)
		f := turnOn(t, o, in(t, o, "ines", password))
		o.Clock.Add(time.Minute)
		var all sync.WaitGroup
		let := make([]bool, access.MaxFailures)
		for i := range let {
			all.Go(func() { let[i] = try(t, o, "ines", f.code(0)) == "" })
		}
		all.Wait()
		if n := len(slices.DeleteFunc(let, func(in bool) bool { return !in })); n != 1 {
			t.Errorf("one code let %d in", n)
		}
	})
}

func TestSecondFactorIsTakenAway(t *testing.T) {
	officetest.Each(t, func(t *testing.T, o *officetest.Office) {
		id := add(t, o, "ines", kit.Nurse)
		ines := in(t, o, "ines", password)
		f := turnOn(t, o, ines)
		var got answered
		for _, c := range []struct{ password, code, want string }{
			{"not-the-password", f.recovery[0], "BAD_USER_INPUT"},
			{password, f.code(0), "BAD_USER_INPUT"}, // it has counted
			{password, f.recovery[0], ""},
			{password, f.recovery[1], "FAILED_PRECONDITION"},
		} {
			got = answered{}
			if ines.Do(removeDoc, officetest.Vars{"p": c.password, "c": c.code}, &got); got.code() != c.want {
				t.Errorf("%+v: %+v", c, got)
			}
		}
		in(t, o, "ines", password)

		turnOn(t, o, ines)
		version := officetest.Must(o.Deps.DB.Client(o.System()).Account.Query().Where(account.ID.EQ(id)).Only(o.System())).Version
		o.As(kit.Admin).Do(resetDoc, officetest.Vars{"id": id, "v": version - 1}, &got)
		if got.code() != "STALE_VERSION" || try(t, o, "ines", "") != "SECOND_FACTOR_REQUIRED" {
			t.Errorf("%+v", got)
		}
		o.As(kit.Admin).Do(resetDoc, officetest.Vars{"id": id, "v": version}, &got)
		if got.code() != "" || got.Got.Account.SecondFactorSince != nil {
			t.Fatalf("%+v", got)
		}
		if a := ines.Send(`{ me { name } }`, nil); a.Status != 401 {
			t.Error("a session goes on after the reset")
		}
		in(t, o, "ines", password)
		changes := events(t, o, "UPDATE")
		last := changes[len(changes)-1]
		if last.EntityID != id || !strings.Contains(last.Detail, "second_factor_since") || last.ActorName != "test admin" {
			t.Errorf("the trail of the reset: %+v", last)
		}
		turnOn(t, o, in(t, o, "ines", password))
		if err := o.Access.DropSecondFactor(o.System(), "Ines"); err != nil {
			t.Fatal(err)
		}
		in(t, o, "ines", password)
		if a := o.As(kit.Nurse).Do(confirmDoc, officetest.Vars{"c": "123456"}, nil); !strings.Contains(a.Text, "FAILED_PRECONDITION") {
			t.Errorf("a program has a second factor: %s", a.Text)
		}
	})
}
