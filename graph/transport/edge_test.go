package transport_test

import (
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"medoffice/graph"
	"medoffice/modules/officetest"
)

// TestP01BodySize: what is larger than 256 kB is not parsed, whatever it says
// of its size.
func TestP01BodySize(t *testing.T) {
	o := officetest.New(t)
	most := o.Limits.Server.Body
	if most != 256<<10 {
		t.Errorf("the limit is %d", most)
	}
	sized := func(n int) string { // n bytes, which are good JSON
		const begin, end = `{"query":"{ __typename }","variables":{"x":"`, `"}}`
		return begin + strings.Repeat("x", n-len(begin)-len(end)) + end
	}
	for n, status := range map[int]int{most: 200, most + 1: 413, 300 << 10: 413} {
		for _, accept := range []string{graphqlJSON, "text/event-stream"} {
			for _, chunked := range []bool{false, true} {
				body := &counted{Reader: strings.NewReader(sized(n))}
				r := posted(t, "", accept, "")
				r.Body, r.ContentLength = io.NopCloser(body), int64(n)
				if chunked {
					r.ContentLength = -1
				}
				w := send(o, r)
				if w.Code != status || status == 413 && !strings.Contains(w.Body.String(), "PAYLOAD_TOO_LARGE") {
					t.Errorf("%d bytes, chunked %v: %d %s", n, chunked, w.Code, w.Body)
				}
				if body.n > most+64<<10 {
					t.Errorf("%d bytes were read", body.n)
				}
			}
		}
	}
}

type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// TestP18Batching: one request is one document.
func TestP18Batching(t *testing.T) {
	o := officetest.New(t)
	const one = `{"query":"{ me { name } }"}`
	for _, body := range []string{"[" + one + "]", "[" + one + "," + one + "]", one + one, one + "\n" + one, "[]", one + ","} {
		w := send(o, posted(t, o.As("NURSE").Token, "", body))
		if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "test nurse") {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}

// TestP19NothingIsEchoed: no part of a request comes back in an error of its
// form or in the log, over no transport.
func TestP19NothingIsEchoed(t *testing.T) {
	o := officetest.NewClosed(t)
	const secret = "078-05-1120"
	token := o.As("NURSE").Token
	for _, accept := range []string{graphqlJSON, plainJSON, "text/event-stream"} {
		for _, body := range []string{
			`{"query":"` + secret, `["` + secret + `"]`, `{"query":["` + secret + `"]}`, `{"query":"{ me }","variables":"` + secret + `"}`,
			`{"query":"{ \"` + secret + `\" }"}`, `{"query":"{ patients(filter: {search: [\"` + secret + `\"]}) { totalCount } }"}`,
			`{"query":"{ node(id: \"` + secret + `\") { id } }"}`, `{"documentId":"` + secret + `"}`, `{"query":"{ me { id } }","operationName":"` + secret + `"}`,
			`{"query":"query($n: Int) { patients(first: $n) { totalCount } }","variables":{"n":"` + secret + `"}}`,
			`{"query":"query($f: PatientFilter) { patients(filter: $f) { totalCount } }","variables":{"f":{"birthDate":{"eq":"` + secret + `"}}}}`,
		} {
			w := send(o, posted(t, token, accept, body))
			if strings.Contains(w.Body.String(), secret) {
				t.Errorf("%s\n%s", body, w.Body)
			}
		}
	}
	s := enter(t, o, token)
	s.say(subscribe("1", "query($n: Int) { patients(first: $n) { totalCount } }", officetest.Vars{"n": secret}))
	if text, _ := s.hear(); strings.Contains(text, secret) {
		t.Error(text)
	}
	s.say(`{"type":"` + secret + `"`)
	if text, _ := s.hear(); strings.Contains(text, secret) {
		t.Error(text)
	}
	if strings.Contains(o.Log.String(), secret) {
		t.Errorf("the request is in the log: %s", o.Log)
	}
}

// TestP41CompressedRequests: 10 GB of zeros in 10 MB are not unpacked.
func TestP41CompressedRequests(t *testing.T) {
	o := officetest.New(t)
	var packed strings.Builder
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(make([]byte, 10<<20))
	_ = z.Close()
	for _, coding := range []string{"gzip", "deflate", "br", "zstd", "gzip, gzip", "x-unknown"} {
		r := posted(t, "", "", packed.String())
		r.Header.Set("Content-Encoding", coding)
		if w := send(o, r); w.Code != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d %s", coding, w.Code, w.Body)
		}
	}
	r := posted(t, "", "", asked(`{ __typename }`, nil))
	r.Header.Set("Content-Encoding", "identity")
	if w := send(o, r); w.Code != http.StatusOK {
		t.Errorf("identity: %d %s", w.Code, w.Body)
	}
}

// TestP43NotKept: no answer of the graph is kept on its way, and no GET is
// written down with what it asked for.
func TestP43NotKept(t *testing.T) {
	o := officetest.New(t)
	token := o.As("PHYSICIAN").Token
	const secret = "Lovelace-1815"
	for _, accept := range []string{graphqlJSON, plainJSON, "text/event-stream", "text/html"} {
		for _, query := range []string{`{ patients(filter: {search: "` + secret + `"}) { totalCount } }`, `{ nothing(x: "` + secret + `") }`, `{`} {
			for _, who := range []string{token, "", "mo_tok_wrong"} {
				r := posted(t, who, accept, "")
				get(query)(r)
				if w := send(o, r); w.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("%s %s %q: %v", accept, query, who, w.Header())
				}
			}
		}
	}
	if strings.Contains(o.Log.String(), secret) {
		t.Errorf("the log has it: %s", o.Log)
	}
}

// TestP45SecurityHeaders: what every answer says to browsers, pages and
// refusals as well; and over TLS, to come back that way.
func TestP45SecurityHeaders(t *testing.T) {
	o := officetest.New(t)
	for name, r := range map[string]*http.Request{
		"an answer": posted(t, "", graphqlJSON, asked(`{ __typename }`, nil)),
		"a refusal": posted(t, "mo_tok_wrong", graphqlJSON, asked(`{ __typename }`, nil)),
		"a stream":  posted(t, "", "text/event-stream", asked(`{ __typename }`, nil)),
		"a page":    httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody),
		"no page":   httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/nothing", http.NoBody),
	} {
		for over, hsts := range map[string]string{"http": "", "https": "max-age=31536000", "proxy": "max-age=31536000"} {
			r := r.Clone(t.Context())
			switch over {
			case "https":
				r.TLS = &tls.ConnectionState{}
			case "proxy":
				r.Header.Set("X-Forwarded-Proto", "https")
			}
			h := send(o, r).Header()
			for header, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": hsts,
			} {
				if got := h.Get(header); got != want {
					t.Errorf("%s over %s: %s is %q", name, over, header, got)
				}
			}
		}
	}
	if vary := send(o, posted(t, "", "", asked(`{ __typename }`, nil))).Header().Get("Vary"); vary != "Accept, Accept-Encoding" {
		t.Errorf("Vary: %s", vary)
	}
}

// TestP46NoTracing: answers say their cost, and nothing of how they came about.
func TestP46NoTracing(t *testing.T) {
	o := officetest.New(t)
	for _, query := range []string{`{ __typename patients { totalCount } }`, `{ nothing }`, `mutation { signOut(input: {}) { userErrors { code } } }`} {
		r := posted(t, o.As("NURSE").Token, graphqlJSON, asked(query, nil))
		for name, value := range map[string]string{"X-Apollo-Tracing": "1", "Apollo-Federation-Include-Trace": "ftv1", "X-Debug": "1"} {
			r.Header.Set(name, value)
		}
		var got struct{ Extensions map[string]any }
		w := send(o, r)
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Extensions) != 1 || got.Extensions["cost"] == nil {
			t.Errorf("%s: %s", query, w.Body)
		}
	}
}

func TestGzip(t *testing.T) {
	o := officetest.New(t)
	for name, c := range map[string]struct {
		query, accepts string
		packed         bool
	}{
		"small":             {`{ __typename }`, "gzip", false},
		"large":             {long(5), "gzip", true},
		"large, of several": {long(5), "br;q=1.0, gzip;q=0.8, *;q=0.1", true},
		"large, not so":     {long(5), "br, gzip;q=0", false},
		"large, in zeros":   {long(5), "gzip; q=0.000", false},
		"large, as it is":   {long(5), "", false},
		"large, zipped":     {long(5), "xgzip", false},
		"a large error":     {strings.Replace(long(5), "__typename", "nothing", 1), "gzip", false},
	} {
		r := posted(t, "", graphqlJSON, asked(c.query, nil))
		if c.accepts != "" {
			r.Header.Set("Accept-Encoding", c.accepts)
		}
		w := send(o, r)
		body := io.Reader(w.Body)
		if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != c.packed {
			t.Errorf("%s: packed is %v", name, packed)
		} else if packed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		text, err := io.ReadAll(body)
		if err != nil || !json.Valid(text) {
			t.Errorf("%s: %v %.100s", name, err, text)
		}
		if w.Header().Get("Vary") != "Accept, Accept-Encoding" {
			t.Errorf("%s: Vary %q", name, w.Header().Get("Vary"))
		}
	}
}

// long is a document whose answer has about so many thousand bytes.
func long(thousands int) string {
	var b strings.Builder
	for i := range thousands {
		b.WriteString(" " + strings.Repeat("x", 1_000) + string(rune('a'+i)) + ": __typename")
	}
	return "{" + b.String() + " }"
}

// Whatever is sent is either understood or refused.
func TestOddRequests(t *testing.T) {
	o := officetest.New(t)
	const first = `"query":"query($n: Int) { patients(first: $n) { totalCount } }"`
	deep := func(n int, open, end string) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"nothing":                {"", 400},
		"null":                   {"null", 400},
		"a number":               {"7", 400},
		"a text":                 {`"{ __typename }"`, 400},
		"a byte order mark":      {"\ufeff" + `{"query":"{ __typename }"}`, 400},
		"UTF-16":                 {"\x00{\x00}", 400},
		"invalid UTF-8":          {"{\"query\":\"{ a\xff }\"}", 400},
		"invalid UTF-8, a value": {"{" + `"query":"{ __typename }","variables":{"x":"` + "\xff\xfe" + `"}}`, 200},
		"half a surrogate":       {`{"query":"{ __typename }","variables":{"x":"\ud800"}}`, 200},
		"a zero byte":            {`{"query":"{ \u0000 }"}`, 400},
		"the same key twice":     {`{"query":"{ nothing }","query":"{ __typename }"}`, 200},
		"unknown keys":           {`{"query":"{ __typename }","x":{"y":[1]}}`, 200},
		"an endless number":      {`{` + first + `,"variables":{"n":1` + strings.Repeat("0", 10_000) + `}}`, 400},
		"a large number":         {`{` + first + `,"variables":{"n":1e400}}`, 400},
		"a small number":         {`{` + first + `,"variables":{"n":1e-400}}`, 400},
		"a negative number":      {`{` + first + `,"variables":{"n":-9223372036854775809}}`, 400},
		"half":                   {`{` + first + `,"variables":{"n":0.5}}`, 400},
		"10,000 lists":           {`{` + first + `,"variables":{"n":` + deep(10_000, "[", "]") + `}}`, 400},
		"9,000 lists":            {`{` + first + `,"variables":{"n":` + deep(9_000, "[", "]") + `}}`, 400},
		"9,000 objects":          {`{` + first + `,"variables":{"n":` + deep(9_000, `{"a":`, "") + "1" + deep(9_000, "", "}") + `}}`, 400},
		"9,000 lists, unused":    {`{"query":"{ __typename }","variables":{"n":` + deep(9_000, "[", "]") + `}}`, 200},
		"deep extensions":        {`{"query":"{ __typename }","extensions":{"persistedQuery":` + deep(9_000, "[", "]") + `}}`, 200},
		"odd extensions":         {`{"query":"{ __typename }","extensions":{"persistedQuery":{"sha256Hash":7}}}`, 200},
		"a list of extensions":   {`{"query":"{ __typename }","extensions":[]}`, 400},
		"nothing in its place":   {`{"query":"{ __typename }","variables":null,"extensions":null,"operationName":null}`, 200},
		"two ways":               {`{"query":"{ __typename }","documentId":"x"}`, 400},
		"spaces around":          {" \r\n\t" + `{"query":"{ __typename }"}` + " \r\n", 200},
	} {
		w := send(o, posted(t, o.As("NURSE").Token, graphqlJSON, c.body))
		if w.Code != c.status || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %.300s, want %d", name, w.Code, w.Body, c.status)
		}
	}
	for _, query := range []string{"?query=%ff", "?query={__typename}&variables=[", "?variables=%00", "?query=%zz", "?%zz", "?query=a&query=b", "?" + strings.Repeat("a&", 10_000)} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, graph.Path, http.NoBody)
		r.URL.RawQuery = query[1:]
		r.Header.Set("Accept", graphqlJSON)
		if w := send(o, r); w.Code != http.StatusBadRequest || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%.40s: %d %s", query, w.Code, w.Body)
		}
	}
	if log := o.Log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Error(log)
	}
}
