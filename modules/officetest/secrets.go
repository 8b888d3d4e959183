package officetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"medoffice/modules/kit"
)

// Planted stands in every request that a test sends, and in the scenes as a
// name, a reason or a note. It must never be in a log.
const Planted = "Zzyzx-Secret"

// unloggable are the beginnings of what a database or a request would bring
// into a log.
var unloggable = []string{
	"Key (", "DETAIL", "constraint failed", "violates", "invalid input syntax", "near \"", "no such column",
	`"variables"`, `"argument"`, `"query":`, "clientMutationId", "Bearer ", "mo_ses_", "mo_tok_",
}

// shortest is the length from which a value is a secret that can be distinguished from
// ordinary text.
const shortest = 8

// Secret names values to the office that its log must not have when the test
// ends.
func (o *Office) Secret(values ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, v := range values {
		if len(v) >= shortest {
			o.secrets = append(o.secrets, v)
		}
	}
}

// CheckLog fails the test where a secret is in the log so far. It runs by
// itself when the test ends.
func (o *Office) CheckLog() {
	o.T.Helper()
	for _, leak := range Leaks(o.Log.String(), o.secretsSoFar()...) {
		o.T.Errorf("the log has what must not be there: %s", leak)
	}
}

func (o *Office) secretsSoFar() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.secrets)
}

// Leaks are the lines of a log in JSON that hold a secret, what was planted, or
// the text of a database or a request.
func Leaks(log string, secrets ...string) (lines []string) {
	forbidden := slices.Concat(secrets, unloggable, []string{Planted})
	for line := range strings.Lines(log) {
		plain := strings.ReplaceAll(line, `\"`, `"`)
		for _, text := range forbidden {
			if strings.Contains(plain, text) {
				lines = append(lines, fmt.Sprintf("%q in %s", text, line))
				break
			}
		}
	}
	return lines
}

// WrongCodes are the codes of an answer, in its errors and userErrors, that are
// none of kit's.
func WrongCodes(text []byte) (wrong []string) {
	var a struct {
		Data   any
		Errors []Error
	}
	if json.Unmarshal(text, &a) != nil {
		return nil
	}
	for _, e := range a.Errors {
		code, _ := e.Extensions["code"].(string)
		if !slices.Contains(kit.Codes, kit.Code(code)) {
			wrong = append(wrong, fmt.Sprintf("%q", code))
		}
	}
	return append(wrong, wrongIn(a.Data)...)
}

func wrongIn(data any) (wrong []string) {
	switch d := data.(type) {
	case []any:
		for _, each := range d {
			wrong = append(wrong, wrongIn(each)...)
		}
	case map[string]any:
		for name, value := range d {
			wrong = append(wrong, wrongIn(value)...)
			problems, _ := value.([]any)
			if name != "userErrors" {
				continue
			}
			for _, p := range problems {
				fields, _ := p.(map[string]any)
				if code, ok := fields["code"].(string); ok && !slices.Contains(kit.Codes, kit.Code(code)) {
					wrong = append(wrong, fmt.Sprintf("%q", code))
				}
			}
		}
	}
	return wrong
}

func (o *Office) checkCodes(text []byte) {
	for _, code := range WrongCodes(text) {
		o.T.Errorf("an answer has the code %s, which is none of kit's: %s", code, text)
	}
}

// checked is the office's handler, of whose answers the codes are checked.
type checked struct{ o *Office }

func (c checked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		c.o.Handler.ServeHTTP(w, r)
		return
	}
	tee := &tee{ResponseWriter: w}
	c.o.Handler.ServeHTTP(tee, r)
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		c.o.checkCodes(tee.b.Bytes())
	}
}

// tee keeps what it writes.
type tee struct {
	http.ResponseWriter
	b bytes.Buffer
}

func (t *tee) Write(p []byte) (int, error) {
	t.b.Write(p)
	return t.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the writer.
func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }
