package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of a response.
const (
	graphqlJSON = "application/graphql-response+json"
	plainJSON   = "application/json"
	events      = "text/event-stream"
)

// accepted is the media type in which the caller wants the answer: the one of
// GraphQL where it is named, JSON where anything will do, "" for none that
// there is. Who names none is an old client, to the draft a new one.
func (h HTTP) accepted(r *http.Request) string {
	header := r.Header.Values("Accept")
	if len(header) == 0 {
		if h.Draft {
			return graphqlJSON
		}
		return plainJSON
	}
	plain := false
	for part := range strings.SplitSeq(strings.Join(header, ","), ",") {
		kind, options, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || unwanted(options["q"]) || !utf8(options["charset"]) {
			continue
		}
		switch kind {
		case graphqlJSON:
			return graphqlJSON
		case plainJSON, "application/*", "*/*":
			plain = true
		}
	}
	if plain {
		return plainJSON
	}
	return ""
}

// utf8 reports whether a charset is the one of JSON, or none.
func utf8(charset string) bool { return charset == "" || strings.EqualFold(charset, "utf-8") }

// unwanted reports whether a weight is nought, as 0 or 0.000.
func unwanted(q string) bool {
	weight, err := strconv.ParseFloat(q, 64)
	return err == nil && weight == 0
}

// gzipped reports whether the caller unpacks gzip.
func gzipped(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			_, weight, _ := strings.Cut(q, "=")
			return !unwanted(strings.TrimSpace(weight))
		}
	}
	return false
}
