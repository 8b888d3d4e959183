// Package person puts names together as people speak and sort them.
package person

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"medoffice/graph/model"
)

// Name puts the parts of a name together.
func Name(family, given string, prefix, suffix *string) *model.PersonName {
	n := &model.PersonName{Family: family, Given: given, Prefix: prefix, Suffix: suffix}
	var parts []string
	for _, part := range []*string{prefix, &given, &family, suffix} {
		if part != nil && *part != "" {
			parts = append(parts, *part)
		}
	}
	n.Text = strings.Join(parts, " ")
	return n
}

// Fold brings text to the form in which it is compared: lower case, without
// accents, one space between words.
func Fold(s string) string {
	if ascii(s) {
		return strings.Join(strings.Fields(strings.ToLower(s)), " ")
	}
	strip := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	plain, _, err := transform.String(strip, s)
	if err != nil {
		plain = s
	}
	return strings.Join(strings.Fields(whole.Replace(strings.ToLower(plain))), " ")
}

// whole are the letters with a stroke or of two letters, which Unicode does
// not take apart.
var whole = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// SortName is the folded name in the order of a card index: family, then given.
func SortName(family, given string) string { return Fold(family + " " + given) }
