// Package version knows which version of medoffice this program is.
package version

import "runtime/debug"

// tag is the version without the v, as 1.2.3. The linker sets it in a release
// (-X medoffice/modules/kit/version.tag=1.2.3); it is empty in other builds.
var tag string

// Text is the version: that of the release; else the version of the module that
// the Go toolchain found in the repository; else "devel" and the commit, with
// "+changed" where files were changed since; "devel" where nothing is known.
func Text() string {
	if tag != "" {
		return tag
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	return of(info)
}

func of(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	commit := settings["vcs.revision"]
	if commit == "" {
		return "devel"
	}
	text := "devel-" + commit[:min(12, len(commit))]
	if settings["vcs.modified"] == "true" {
		text += "+changed"
	}
	return text
}
