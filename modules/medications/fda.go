package medications

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"medoffice/ent"
	"medoffice/ent/medication"
	"medoffice/ent/medicationlink"
	"medoffice/modules/kit"
	"medoffice/modules/kit/decimal"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/opt"
	"medoffice/modules/kit/person"
)

// The bounds of a product file. That of 2026 has about 110,000 lines in 50 MB.
const (
	maxProducts = 400_000
	maxLineSize = 1 << 20
	perBatch    = 500
)

// ProductReport says what became of a product file.
type ProductReport struct{ Added, Changed, Retired, Same int }

// product is one line of the file: a drug of one labeler in one strength and form.
type product struct {
	ndc, name, form, maker string
	strength               *decimal.Decimal
	strengthUnit, perUnit  string
	per                    decimal.Decimal
	routes                 []string
	schedule               medication.Schedule
	links                  []tie
}

// ImportProducts takes over the product file of the National Drug Code Directory
// (product.txt of the FDA; tabs, with a heading). It is read whole before anything
// is written; done twice, nothing is done. What the file no longer has is kept and
// cannot be ordered any more. What the office added by hand is left alone.
func (m *Module) ImportProducts(ctx context.Context, r io.Reader) (ProductReport, error) {
	list, err := readProducts(r)
	if err != nil {
		return ProductReport{}, err
	}
	known, err := m.products(ctx)
	if err != nil {
		return ProductReport{}, err
	}
	var report ProductReport
	for some := range slices.Chunk(list, perBatch) {
		err := m.DB.Tx(ctx, func(ctx context.Context) error { return m.takeOver(ctx, some, known, &report) })
		if err != nil {
			return report, err
		}
	}
	for _, p := range list {
		delete(known, "NDC/"+p.ndc)
	}
	return report, m.retire(ctx, known, &report)
}

// products are the medications that came from a product file.
func (m *Module) products(ctx context.Context) (map[string]*ent.Medication, error) {
	found := map[string]*ent.Medication{}
	for after := "NDC/"; ; {
		rows, err := m.DB.Client(ctx).Medication.Query().Where(medication.Source.GT(after), medication.Source.LT("NDC0")).
			Order(medication.Source.Asc()).Limit(10_000).All(ctx)
		if err != nil || len(rows) == 0 {
			return found, err
		}
		for _, row := range rows {
			found[*row.Source] = row
		}
		after = *rows[len(rows)-1].Source
	}
}

// takeOver writes what of some products is new or other than before.
func (m *Module) takeOver(ctx context.Context, some []product, known map[string]*ent.Medication, report *ProductReport) error {
	c := m.DB.Client(ctx)
	var fresh []*ent.MedicationCreate
	var of []product
	for _, p := range some {
		row := known["NDC/"+p.ndc]
		switch {
		case row == nil:
			of = append(of, p)
			fresh = append(fresh, c.Medication.Create().SetSource("NDC/"+p.ndc).SetCode("NDC-"+p.ndc).SetNdc(p.ndc).SetName(p.name).SetSortName(person.Fold(p.name)).
				SetForm(p.form).SetNillableMaker(opt.Of(p.maker)).SetNillableStrength(p.strength).SetNillableStrengthUnit(opt.Of(p.strengthUnit)).
				SetPer(p.per).SetPerUnit(p.perUnit).SetRoutes(p.routes).SetSchedule(p.schedule))
			report.Added++
		case row.Name == p.name && row.Form == p.form && row.Schedule == p.schedule && slices.Equal(row.Routes, p.routes) && row.Active:
			report.Same++
		default:
			err := c.Medication.UpdateOne(row).SetName(p.name).SetSortName(person.Fold(p.name)).SetForm(p.form).SetRoutes(p.routes).SetSchedule(p.schedule).SetActive(true).Exec(ctx)
			if err != nil {
				return err
			}
			report.Changed++
		}
	}
	rows, err := c.Medication.CreateBulk(fresh...).Save(ctx)
	if err != nil {
		return err
	}
	var links []*ent.MedicationLinkCreate
	for i, r := range rows {
		_, id, _ := r.Subject()
		for _, l := range of[i].links {
			links = append(links, c.MedicationLink.Create().SetMedicationID(id).SetKind(l.kind).SetName(l.name).SetFolded(person.Fold(l.name)))
		}
	}
	for some := range slices.Chunk(links, perBatch) {
		if err := c.MedicationLink.CreateBulk(some...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// retire has products no longer ordered.
func (m *Module) retire(ctx context.Context, gone map[string]*ent.Medication, report *ProductReport) error {
	var rows []*ent.Medication
	for _, row := range gone {
		if row.Active {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b *ent.Medication) int { return strings.Compare(a.ID, b.ID) })
	for some := range slices.Chunk(rows, perBatch) {
		err := m.DB.Tx(ctx, func(ctx context.Context) error {
			return load.Each(some, nil, func(r *ent.Medication) error {
				return m.DB.Client(ctx).Medication.UpdateOne(r).SetActive(false).Exec(ctx)
			})
		})
		if err != nil {
			return err
		}
		report.Retired += len(some)
	}
	return nil
}

// readProducts reads a product file whole, so that a broken one changes nothing.
func readProducts(r io.Reader) ([]product, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLineSize)
	if !lines.Scan() {
		return nil, errors.Join(kit.Invalid("the file is empty"), lines.Err())
	}
	at, err := productColumns(lines.Text())
	if err != nil {
		return nil, err
	}
	var list []product
	seen := map[string]bool{}
	for n := 2; lines.Scan(); n++ {
		fields := strings.Split(decoded(lines.Bytes()), "\t")
		get := func(name string) string {
			if i, ok := at[name]; ok && i < len(fields) {
				return strings.Trim(strings.TrimSpace(fields[i]), `"`)
			}
			return ""
		}
		p := readProduct(get)
		switch {
		case strings.TrimSpace(lines.Text()) == "":
			continue
		case p.ndc == "" || p.name == "" || p.form == "":
			return nil, kit.Invalid(fmt.Sprintf("line %d has no code, name or form", n))
		case len(list) >= maxProducts:
			return nil, kit.Invalid(fmt.Sprintf("the file has more than %d products", maxProducts))
		case seen[p.ndc] || get("NDC_EXCLUDE_FLAG") != "" && get("NDC_EXCLUDE_FLAG") != "N":
			continue // the directory itself says that it does not count
		}
		seen[p.ndc] = true
		list = append(list, p)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, kit.Invalid("the file has no products")
	}
	return list, nil
}

// productColumns returns where the columns are, by the first line.
func productColumns(head string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range strings.Split(strings.TrimPrefix(head, "\ufeff"), "\t") {
		at[strings.ToUpper(strings.TrimSpace(name))] = i
	}
	for _, needed := range []string{"PRODUCTNDC", "PROPRIETARYNAME", "NONPROPRIETARYNAME", "DOSAGEFORMNAME", "SUBSTANCENAME"} {
		if _, ok := at[needed]; !ok {
			return nil, kit.Invalid("this is no product file of the National Drug Code Directory: it has no column " + needed)
		}
	}
	return at, nil
}

// decoded is a line as UTF-8: older files are in the code page of Windows.
func decoded(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "?")
	}
	return string(text)
}

// routesOf are the short forms of routes that the office uses.
var routesOf = map[string]string{
	"INTRAMUSCULAR": "IM", "INTRAVENOUS": "IV", "SUBCUTANEOUS": "SC", "ORAL": "ORAL", "RESPIRATORY (INHALATION)": "INHALED",
	"INTRA-ARTICULAR": "INTRA-ARTICULAR", "INFILTRATION": "INFILTRATION", "TOPICAL": "TOPICAL", "SUBLINGUAL": "SUBLINGUAL",
}

func readProduct(get func(string) string) product {
	p := product{
		ndc: get("PRODUCTNDC"), maker: cut(get("LABELERNAME"), 200), form: cut(strings.ToLower(get("DOSAGEFORMNAME")), mostWord),
		per: decimal.One, schedule: medication.ScheduleNONE,
	}
	name := first(get("PROPRIETARYNAME"), get("NONPROPRIETARYNAME"))
	if more := get("PROPRIETARYNAMESUFFIX"); more != "" {
		name += " " + more
	}
	strength, unit := get("ACTIVE_NUMERATOR_STRENGTH"), get("ACTIVE_INGRED_UNIT")
	p.measure(strength, unit)
	if strength != "" && !strings.Contains(strength, ";") {
		name += " " + strength + " " + strings.TrimSuffix(unit, "/1")
	}
	p.name = cut(name, 200)
	for _, r := range strings.Split(get("ROUTENAME"), ";") {
		if r = strings.TrimSpace(r); r != "" && len(p.routes) < 20 {
			p.routes = append(p.routes, first(routesOf[r], cut(r, mostWord)))
		}
	}
	if s := medication.Schedule(get("DEASCHEDULE")); s.Validate() == nil {
		p.schedule = s
	}
	p.tie(get("SUBSTANCENAME"), ";", medicationlink.KindINGREDIENT)
	p.tie(get("PHARM_CLASSES"), ",", medicationlink.KindCLASS)
	return p
}

// measure reads a strength such as 30 in mg/mL, 250 in mg/5mL or 500 in mg/1. Of
// several substances, or in a unit that nobody draws by, the form alone counts.
func (p *product) measure(strength, unit string) {
	p.perUnit = cut(counted(p.form), mostWord)
	top, bottom, ok := strings.Cut(unit, "/")
	n, err := decimal.Parse(strength)
	if !ok || err != nil || n <= 0 || measures[strings.ToLower(top)].of == "" {
		return
	}
	digits := strings.TrimRight(bottom, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	per := decimal.One
	if digits != "" {
		if per, err = decimal.Parse(digits); err != nil || per <= 0 {
			return
		}
	}
	switch of := bottom[len(digits):]; {
	case of != "" && measures[strings.ToLower(of)].of == "":
		return
	case of != "":
		p.perUnit = of
	}
	p.strength, p.strengthUnit, p.per = &n, top, per
}

// counted is what one of a form is called: tablet, film coated is a tablet.
func counted(form string) string {
	word, _, _ := strings.Cut(form, ",")
	if strings.HasPrefix(word, "inject") || word == "" {
		return "mL"
	}
	return word
}

// tie links a product by the names in a list. A class of the directory ends with
// its kind; what it is for is the established class, marked EPC.
func (p *product) tie(text, by string, kind medicationlink.Kind) {
	for _, name := range strings.Split(text, by) {
		name = strings.TrimSpace(name)
		if kind == medicationlink.KindCLASS {
			var of bool
			if name, of = strings.CutSuffix(name, "[EPC]"); !of {
				continue
			}
		}
		l := tie{kind, cut(strings.TrimSpace(name), 200), ""}
		twice := func(o tie) bool { return o.kind == l.kind && person.Fold(o.name) == person.Fold(l.name) }
		if l.name != "" && len(p.links) < mostLinks && !slices.ContainsFunc(p.links, twice) {
			p.links = append(p.links, l)
		}
	}
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
