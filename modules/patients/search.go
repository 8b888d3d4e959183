package patients

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/patient"
	"medoffice/ent/patienttelecom"
	"medoffice/ent/patientterm"
	"medoffice/ent/row"
	"medoffice/modules/kit"
	"medoffice/modules/kit/date"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/person"
)

// The bounds of the search box.
const (
	maxWords  = 8
	maxSearch = 200
	minDigits = 3 // of a telephone number
)

// backwards marks a telephone number that is kept from its last digit to its
// first, so that its end is found by a range too.
const backwards = "<"

// matchSearch finds patients by what a person types into one box: each word
// must fit.
func matchSearch(v any) (field.Where, error) {
	text, _ := v.(string)
	if len(text) > maxSearch {
		return nil, fmt.Errorf("a search has at most %d letters", maxSearch)
	}
	words := searchWords(text)
	if len(words) > maxWords {
		return nil, fmt.Errorf("a search has at most %d words", maxWords)
	}
	return func(s *sql.Selector) {
		for _, w := range words {
			s.Where(byWord(s, w))
		}
	}, nil
}

// searchWords splits a search at spaces, but keeps a telephone number such as
// (555) 010-2030 together.
func searchWords(text string) []string {
	words := strings.Fields(text)
	if len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return !isNumber(w) || asDate(w) != "" }) {
		return words
	}
	return []string{strings.Join(words, "")}
}

// isNumber reports whether a word is made of digits and what people write
// between those of a telephone number.
func isNumber(w string) bool { return w != "" && strings.Trim(w, "0123456789()+-./") == "" }

// byWord is the condition that one word of a search makes.
func byWord(s *sql.Selector, w string) *sql.Predicate {
	if d := asDate(w); d != "" {
		return sql.EQ(s.C(patient.FieldBirthDate), string(d))
	}
	if !strings.ContainsAny(w, "0123456789") {
		return byName(s, w)
	}
	ways := []*sql.Selector{byMRN(s, w, patient.FieldID), byMRN(s, w, patient.FieldMergedIntoID)}
	if isNumber(w) {
		if d := digits(w); len(d) >= minDigits {
			ways = append(ways, phones(s, d)...)
		}
	} else if up := strings.ToUpper(w); up != w {
		ways = append(ways, byMRN(s, up, patient.FieldID))
	}
	return among(s, ways...)
}

// among finds the patients that any of the queries selects. As one union each
// of them uses its index; joined with "or" the database would read all patients.
func among(s *sql.Selector, ways ...*sql.Selector) *sql.Predicate {
	all := ways[0]
	for _, w := range ways[1:] {
		all.UnionAll(w)
	}
	return sql.In(s.C(patient.FieldID), all)
}

// byMRN selects the patient with the number, or the one who took over the
// record with it.
func byMRN(s *sql.Selector, mrn, column string) *sql.Selector {
	t := sql.Dialect(s.Dialect()).Table(patient.Table).As("numbered")
	return sql.Dialect(s.Dialect()).Select(t.C(column)).From(t).
		Where(sql.And(sql.EQ(t.C(patient.FieldMrn), mrn), sql.NotNull(t.C(column))))
}

func byName(s *sql.Selector, w string) *sql.Predicate {
	word := letters(person.Fold(w))
	if word == "" {
		return sql.False()
	}
	return among(s, terms(s, patientterm.KindNAME, word))
}

// phones select by the beginning and by the end of a number.
func phones(s *sql.Selector, d string) []*sql.Selector {
	return []*sql.Selector{
		terms(s, patientterm.KindPHONE, d), terms(s, patientterm.KindPHONE, backwards+reversed(d)),
	}
}

// terms selects the patients with a term that begins so: one range of an index.
func terms(s *sql.Selector, kind patientterm.Kind, prefix string) *sql.Selector {
	t := sql.Dialect(s.Dialect()).Table(patientterm.Table).As("terms")
	q := sql.Dialect(s.Dialect()).Select(t.C(patientterm.FieldPatientID)).From(t)
	q.Where(sql.EQ(t.C(patientterm.FieldKind), string(kind)))
	field.Prefix(patientterm.FieldWord, prefix)(q)
	return q
}

func matchPhone(v any) (field.Where, error) {
	text, _ := v.(string)
	d := digits(text)
	if len(d) < minDigits {
		return nil, fmt.Errorf("a telephone number is searched by at least %d digits", minDigits)
	}
	return func(s *sql.Selector) { s.Where(among(s, phones(s, d)...)) }, nil
}

// asDate reads a date of birth as people type it, "" where it is none.
func asDate(w string) date.Date {
	if strings.Count(w, "/") == 2 {
		p := strings.Split(w, "/")
		w = fmt.Sprintf("%s-%02s-%02s", p[2], p[0], p[1])
	}
	if len(w) != len("2006-01-02") {
		return ""
	}
	d, err := date.Parse(w)
	if err != nil {
		return ""
	}
	return d
}

func digits(s string) string {
	d := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(d) == 11 && d[0] == '1' { // the country code of North America
		return d[1:]
	}
	return d
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// nameWords are the words under which a name is found: O'Brien-Díaz by obrien,
// by diaz, and by obriendiaz, as people leave out what is between.
func nameWords(names ...*string) []string {
	var words []string
	for _, name := range names {
		if name == nil {
			continue
		}
		for _, w := range strings.Fields(person.Fold(*name)) {
			words = append(words, letters(w))
			for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '\'' || r == '’' }) {
				words = append(words, letters(part))
			}
		}
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// phoneWords are the words under which the numbers are found.
func phoneWords(rows []*ent.PatientTelecom) []string {
	var words []string
	for _, t := range rows {
		if t.System != patienttelecom.SystemPHONE && t.System != patienttelecom.SystemSMS || t.Use == patienttelecom.UseOLD {
			continue
		}
		if d := digits(t.Value); len(d) >= minDigits {
			words = append(words, d, backwards+reversed(d))
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Index writes anew under which words a patient is found: the names, also
// those of records merged into it, and the telephone numbers.
func (m *Module) Index(ctx context.Context, id string) error {
	ctx = kit.Unbound(ctx)
	c := m.DB.Client(ctx)
	if err := m.forget(ctx, id); err != nil {
		return err
	}
	named, err := c.Patient.Query().Where(row.Or(patient.ID.EQ(id), patient.MergedIntoID.EQ(id))).All(ctx)
	if err != nil {
		return err
	}
	phones, err := c.PatientTelecom.Query().Where(patienttelecom.PatientID.EQ(id)).All(ctx)
	if err != nil {
		return err
	}
	var names []*string
	for _, p := range named {
		names = append(names, &p.FamilyName, &p.GivenName, p.PreferredName)
	}
	return c.PatientTerm.CreateBulk(termRows(c, id, nameWords(names...), phoneWords(phones))...).Exec(ctx)
}

// forget takes the patient out of the search.
func (m *Module) forget(ctx context.Context, id string) error {
	_, err := m.DB.Client(ctx).PatientTerm.Delete().Where(patientterm.PatientID.EQ(id)).Exec(ctx)
	return err
}

func termRows(c *ent.Client, id string, names, phones []string) []*ent.PatientTermCreate {
	rows := make([]*ent.PatientTermCreate, 0, len(names)+len(phones))
	for _, w := range names {
		rows = append(rows, c.PatientTerm.Create().SetPatientID(id).SetKind(patientterm.KindNAME).SetWord(w))
	}
	for _, w := range phones {
		rows = append(rows, c.PatientTerm.Create().SetPatientID(id).SetKind(patientterm.KindPHONE).SetWord(w))
	}
	return rows
}
