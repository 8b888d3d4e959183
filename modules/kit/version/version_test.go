package version

import (
	"runtime/debug"
	"testing"
)

func TestTheVersionOfABuild(t *testing.T) {
	settings := func(changed string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: changed}}
	}
	for _, c := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"a tag", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: settings("false")}, "v1.2.3"},
		{"a commit", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings("false")}, "devel-0123456789ab"},
		{"a changed commit", debug.BuildInfo{Settings: settings("true")}, "devel-0123456789ab+changed"},
		{"nothing", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel"},
	} {
		if got := of(&c.info); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestTheTagComesFirst(t *testing.T) {
	defer func() { tag = "" }()
	if tag = "9.8.7"; Text() != "9.8.7" {
		t.Errorf("the version is %q", Text())
	}
}
