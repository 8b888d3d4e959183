package transport

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// small is the size in bytes up to which an answer fits one packet, so that
// packing it saves nothing.
const small = 1_400

// kept bounds the buffers that are used again, in bytes.
const kept = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one there is
	return z
}}

func release(b *bytes.Buffer) {
	if b.Cap() <= kept {
		b.Reset()
		buffers.Put(b)
	}
}

// private keeps answers out of every cache.
func private(h http.Header) { h.Set("Cache-Control", "no-store") }

func refuse(w http.ResponseWriter, r *http.Request, kind string, p *problem) {
	write(w, r, kind, p.status, &graphql.Response{Errors: gqlerror.List{{
		Message: p.text, Extensions: map[string]any{"code": string(p.code)},
	}}})
}

// write sends a response. The data goes out as the executor made it, and is
// absent where there is none.
func write(w http.ResponseWriter, r *http.Request, kind string, status int, resp *graphql.Response) {
	b := buffers.Get().(*bytes.Buffer)
	defer release(b)
	body(b, resp)
	h := w.Header()
	h.Set("Content-Type", kind+"; charset=utf-8")
	if b.Len() > small && gzipped(r) {
		h.Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z := packers.Get().(*gzip.Writer)
		defer packers.Put(z)
		z.Reset(w)
		_, _ = z.Write(b.Bytes()) // a caller that has gone away misses its answer
		_ = z.Close()
		return
	}
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// body writes the JSON of a response: errors first, as the specification asks.
func body(b *bytes.Buffer, resp *graphql.Response) {
	b.WriteByte('{')
	if len(resp.Errors) > 0 {
		text, err := json.Marshal(resp.Errors)
		if err != nil {
			text = []byte(`[{"message":"something went wrong here","extensions":{"code":"INTERNAL"}}]`)
		}
		entry(b, "errors", text)
	}
	if resp.Data != nil {
		entry(b, "data", resp.Data)
	}
	if len(resp.Extensions) > 0 {
		if text, err := json.Marshal(resp.Extensions); err == nil {
			entry(b, "extensions", text)
		}
	}
	b.WriteByte('}')
}

func entry(b *bytes.Buffer, name string, value []byte) {
	if b.Len() > 0 && b.Bytes()[b.Len()-1] != '{' {
		b.WriteByte(',')
	}
	b.WriteByte('"')
	b.WriteString(name)
	b.WriteString(`":`)
	b.Write(value)
}
