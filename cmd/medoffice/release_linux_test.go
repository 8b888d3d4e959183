package main

import (
	"bufio"
	"bytes"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// release is what the tests read of .goreleaser.yaml.
type release struct {
	Builds []struct {
		Main, Binary        string
		Env, Flags, Ldflags []string
		Goos, Goarch        []string
	}
	Archives []struct {
		Files []string
	}
	Checksum struct{ Algorithm string }
}

func readRelease(t *testing.T) release {
	t.Helper()
	text, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var r release
	if err := yaml.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Builds) != 1 || len(r.Builds[0].Ldflags) != 1 || len(r.Archives) != 1 || r.Checksum.Algorithm != "sha256" {
		t.Fatalf("the configuration is not the one that the tests know: %+v", r)
	}
	return r
}

// TestRelease builds a release 1.2.3 as .goreleaser.yaml says for this machine,
// and looks at it and runs it as a user would. Nothing is published.
func TestRelease(t *testing.T) {
	r := readRelease(t)
	b := r.Builds[0]
	program := filepath.Join(t.TempDir(), b.Binary)
	ldflags := strings.ReplaceAll(b.Ldflags[0], "{{ .Version }}", "1.2.3")
	args := append(append([]string{"build"}, b.Flags...), "-ldflags", ldflags, "-o", program, b.Main)
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = "../..", append(append(os.Environ(), "GOFLAGS="), b.Env...)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Run("program", func(t *testing.T) { oneStaticProgram(t, program) })
	t.Run("container", func(t *testing.T) { servesAlone(t, program) })
	for _, file := range r.Archives[0].Files {
		if _, err := os.Stat(filepath.Join("../..", file)); err != nil {
			t.Error(err)
		}
	}
}

// oneStaticProgram checks that a release is static, stripped, and knows its version.
func oneStaticProgram(t *testing.T, program string) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		said, err := exec.Command(program, args...).Output()
		if err != nil || string(said) != "medoffice 1.2.3\n" {
			t.Errorf("%v: %v, %q", args, err, said)
		}
	}
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Error("it needs a dynamic linker")
	}
	if libs, err := f.ImportedLibraries(); err == nil && len(libs) > 0 {
		t.Errorf("it needs %v", libs)
	}
	if f.Section(".symtab") != nil || f.Section(".debug_info") != nil || f.Section(".zdebug_info") != nil {
		t.Error("it is not stripped")
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" {
		t.Errorf("built with %v", settings)
	}
	size, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MB", size.Size()/1e6)
	if size.Size() > 56e6 {
		t.Errorf("it has %d bytes, more than 56 MB: does a new library find methods by name? go build -ldflags=-dumpdep names it (ReflectMethod)", size.Size())
	}
}

// Every package of the program has files for every system of a release.
func TestReleaseTargets(t *testing.T) {
	b := readRelease(t).Builds[0]
	targets := 0
	for _, system := range b.Goos {
		for _, machine := range b.Goarch {
			targets++
			cmd := exec.Command("go", "list", "-deps", "-e", "-f", "{{with .Error}}{{.}}{{end}}", b.Main)
			cmd.Dir, cmd.Env = "../..", append(append(os.Environ(), "GOOS="+system, "GOARCH="+machine), b.Env...)
			said, err := cmd.CombinedOutput()
			if err != nil || len(bytes.TrimSpace(said)) > 0 {
				t.Errorf("%s/%s: %v\n%s", system, machine, err, said)
			}
		}
	}
	if targets != 6 {
		t.Errorf("%d targets", targets)
	}
}

// instructions are the lines of the container file, by their first word.
func instructions(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../.github/Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for line := range strings.SplitSeq(string(text), "\n") {
		if word, rest, ok := strings.Cut(line, " "); ok && word != "#" {
			found[word] = append(found[word], rest)
		}
	}
	return found
}

// last is the last instruction of its kind, which is that of the image.
func last(t *testing.T, all map[string][]string, word string) string {
	t.Helper()
	if len(all[word]) == 0 {
		t.Fatalf("the container file has no %s", word)
	}
	return all[word][len(all[word])-1]
}

// list reads ["a", "b"].
func list(text string) []string {
	var words []string
	for _, m := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(text, -1) {
		words = append(words, m[1])
	}
	return words
}

// The image builds the program as a release does, from files that exist, copies
// no records, and runs as a user without rights.
func TestContainerFile(t *testing.T) {
	all, b := instructions(t), readRelease(t).Builds[0]
	build := strings.Join(b.Env, " ") + " go build " + strings.Join(b.Flags, " ") +
		` -ldflags "` + strings.ReplaceAll(b.Ldflags[0], "{{ .Version }}", "$VERSION") + `" -o /out/medoffice ` + b.Main
	if !slices.Contains(all["RUN"], build) {
		t.Errorf("the image does not build as a release does:\n%s", build)
	}
	for _, line := range all["COPY"] {
		words := strings.Fields(line)
		if strings.HasPrefix(words[0], "--from=") {
			continue
		}
		for _, source := range words[:len(words)-1] {
			if _, err := os.Stat(filepath.Join("../..", source)); err != nil || source == "." {
				t.Errorf("COPY %s: %v", line, err)
			}
		}
	}
	from := all["FROM"]
	if len(from) != 2 || from[1] != "scratch" || last(t, all, "USER") != "65532:65532" || last(t, all, "EXPOSE") != "8080" {
		t.Errorf("%v %v %v", from, all["USER"], all["EXPOSE"])
	}
	version := regexp.MustCompile(`(?m)^go (1\.[0-9]+)`).FindStringSubmatch(text(t, "../../go.mod"))
	if !strings.Contains(from[0], "golang:"+version[1]+" ") {
		t.Errorf("go.mod needs Go %s, the image builds with %s", version[1], from[0])
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// servesAlone checks that a release serves an office where nothing else is: in an
// empty root file system with a folder for the data, as a user without rights,
// with the environment of the container file.
func servesAlone(t *testing.T, path string) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a process another root file system")
	}
	all, root := instructions(t), t.TempDir()
	entry := append(list(last(t, all, "ENTRYPOINT")), list(last(t, all, "CMD"))...)
	data := filepath.Join(root, last(t, all, "VOLUME"))
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.Chmod(root, 0o755), os.WriteFile(filepath.Join(root, entry[0]), program, 0o755),
		os.Mkdir(data, 0o700), os.Chown(data, 65532, 65532),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, entry[0], entry[1:]...)
	cmd.Dir = last(t, all, "WORKDIR")
	cmd.Env = append(strings.Fields(last(t, all, "ENV")), "MEDOFFICE_ADDR=127.0.0.1:0") // the last one counts
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url := toldAddress(out)
	if url == "" {
		t.Fatalf("it did not open: %v\n%s", cmd.Wait(), log.String())
	}
	for _, path := range []string{"/healthz", "/readyz", "/"} {
		if resp, err := http.Get(url + path); err != nil || resp.StatusCode != http.StatusOK { //nolint:bodyclose // closed below
			t.Errorf("%s: %v %v", path, err, resp)
		} else {
			_ = resp.Body.Close()
		}
	}
	if _, err := os.Stat(filepath.Join(data, "office.db")); err != nil {
		t.Error(err)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("it did not end well: %v\n%s", err, log.String())
	}
}

// toldAddress reads the address that a server prints, "" where it prints none.
func toldAddress(out io.Reader) string {
	address := regexp.MustCompile(`is open at (http://\S+)`)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			return m[1]
		}
	}
	return ""
}
