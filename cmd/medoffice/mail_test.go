package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMailFlags(t *testing.T) {
	if s, err := (&mailFlags{}).open(); s != nil || err != nil {
		t.Error(s, err)
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := mailFlags{Server: "smtps://mail.example.test", From: "Office <office@example.test>", User: "office", PasswordFile: file}
	if s, err := good.open(); err != nil || s == nil {
		t.Error(s, err)
	}
	for name, f := range map[string]mailFlags{
		"nothing":     {Server: "mail.example.test", From: good.From},
		"scheme":      {Server: "http://mail.example.test", From: good.From},
		"in the open": {Server: "smtp://office:secret@mail.example.test", From: good.From},
		"nobody":      {Server: good.Server},
		"from":        {Server: good.Server, From: "nobody"},
		"no file":     {Server: good.Server, From: good.From, PasswordFile: file + ".not"},
	} {
		if s, err := f.open(); err == nil || s != nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v %v", name, s, err)
		}
	}
}
