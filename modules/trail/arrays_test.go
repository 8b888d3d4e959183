package trail

import "testing"

func TestArrays(t *testing.T) {
	var a array
	if got := a.String(); got != "{}" {
		t.Fatal(got)
	}
	for _, s := range []string{`a"b\c,{}`, "NULL", ""} {
		a.text(s)
	}
	a.maybe(nil)
	a.number(-7)
	if got, want := a.String(), `{"a\"b\\c,{}","NULL","",NULL,-7}`; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
}
