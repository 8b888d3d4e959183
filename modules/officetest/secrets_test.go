package officetest_test

import (
	"strings"
	"testing"

	"medoffice/modules/officetest"
)

// The test of the log must be able to fail.
func TestLeaksAreFound(t *testing.T) {
	for line, want := range map[string]bool{
		`{"msg":"request failed","error":"postgres 23505"}`:                        false,
		`{"msg":"x","error":"Key (mrn)=(1) already exists."}`:                      true,
		`{"msg":"x","error":"constraint failed: UNIQUE constraint failed: p.mrn"}`: true,
		`{"msg":"x","body":"{\"variables\":{}}"}`:                                  true,
		`{"msg":"x","name":"` + officetest.Planted + `"}`:                          true,
		`{"msg":"x","name":"a password"}`:                                          true,
	} {
		if got := officetest.Leaks(line+"\n", "a password"); len(got) > 0 != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func TestLogHasWhatFailed(t *testing.T) {
	o := officetest.New(t)
	o.Deps.Log.Debug("a line at the lowest level")
	if !strings.Contains(o.Log.String(), "lowest level") {
		t.Error("the log of a test office leaves out the lowest level")
	}
}

func TestWrongCodesAreFound(t *testing.T) {
	for text, want := range map[string]int{
		`{"data":{"a":1}}`: 0,
		`{"errors":[{"message":"m","extensions":{"code":"INTERNAL"}}]}`:                               0,
		`{"errors":[{"message":"m"}]}`:                                                                1,
		`{"errors":[{"message":"m","extensions":{"code":"OOPS"}}]}`:                                   1,
		`{"data":{"a":[{"userErrors":[{"code":"OOPS"},{"code":"CONFLICT"},{"message":"no code"}]}]}}`: 1,
	} {
		if got := officetest.WrongCodes([]byte(text)); len(got) != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
