package terminology

import (
	"context"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"medoffice/ent"
	"medoffice/ent/concept"
	"medoffice/modules/kit"
	"medoffice/modules/kit/person"
)

// CPT is the system of the codes of acts that the American Medical Association
// licenses. None is shipped: an office takes over its own licensed file.
const CPT = "http://www.ama-assn.org/go/cpt"

// Systems are the code systems that can be taken over by a short name.
var Systems = map[string]string{
	"icd-10-cm": ICD10CM, "hcpcs": HCPCS, "cvx": CVX, "mvx": MVX, "ndc": NDC, "loinc": LOINC, "cpt": CPT,
}

// Report says what became of a file of codes.
type Report struct{ Added, Changed, Retired, Same int }

// batch is how many codes one transaction writes, so that nobody waits long.
const batch = 1_000

// Import takes over one release of a code system. Codes that the file no longer
// has are kept and no longer offered, unless it is a part only. The file is read
// whole before anything is written; done twice, nothing is done. What was written
// before an import was ended stays, and the next one goes on.
func (m *Module) Import(ctx context.Context, system string, partial bool, r io.Reader) (Report, error) {
	list, err := readRelease(system, r)
	if err != nil {
		return Report{}, err
	}
	known, err := m.known(ctx, system)
	if err != nil {
		return Report{}, err
	}
	var report Report
	for some := range slices.Chunk(list, batch) {
		err := m.DB.Tx(ctx, func(ctx context.Context) error { return m.take(ctx, system, some, known, &report) })
		if err != nil {
			return report, err
		}
	}
	if partial {
		return report, nil
	}
	for _, e := range list {
		delete(known, e.code)
	}
	return report, m.retire(ctx, known, &report)
}

// known are the codes of a system that the office has.
func (m *Module) known(ctx context.Context, system string) (map[string]*ent.Concept, error) {
	found := map[string]*ent.Concept{}
	for after := ""; ; {
		rows, err := m.DB.Client(ctx).Concept.Query().Where(concept.System.EQ(system), concept.Code.GT(after)).
			Order(concept.Code.Asc()).Limit(10 * batch).All(ctx)
		if err != nil || len(rows) == 0 {
			return found, err
		}
		for _, row := range rows {
			found[row.Code] = row
		}
		after = rows[len(rows)-1].Code
	}
}

// take writes what of some codes is new or other than before.
func (m *Module) take(ctx context.Context, system string, some []entry, known map[string]*ent.Concept, report *Report) error {
	c := m.DB.Client(ctx)
	var fresh []*ent.ConceptCreate
	for _, e := range some {
		row := known[e.code]
		switch {
		case row == nil:
			fresh = append(fresh, create(c, Code{system, e.code, e.display}).SetBillable(e.billable))
			report.Added++
		case row.Display == e.display && row.Billable == e.billable && row.Active:
			report.Same++
		default:
			err := c.Concept.UpdateOne(row).SetDisplay(e.display).SetFolded(person.Fold(e.display)).SetBillable(e.billable).SetActive(true).Exec(ctx)
			if err != nil {
				return err
			}
			report.Changed++
		}
	}
	return c.Concept.CreateBulk(fresh...).Exec(ctx)
}

// retire has codes no longer offered.
func (m *Module) retire(ctx context.Context, gone map[string]*ent.Concept, report *Report) error {
	for some := range slices.Chunk(slices.Sorted(maps.Keys(gone)), batch) {
		err := m.DB.Tx(ctx, func(ctx context.Context) error {
			for _, code := range some {
				if !gone[code].Active {
					continue
				}
				if err := m.DB.Client(ctx).Concept.UpdateOne(gone[code]).SetActive(false).Exec(ctx); err != nil {
					return err
				}
				report.Retired++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// SystemOf is the code system of a short name or an address.
func SystemOf(name string) (string, error) {
	if system, ok := Systems[name]; ok {
		return system, nil
	}
	if len(name) > maxCode*5 || !address(name) {
		return "", kit.Invalid("the code system is one of "+names()+", or the address of another one, as in https://office.example/codes", "system")
	}
	return name, nil
}

// address reports whether a name is a URL or a URN, as FHIR wants of a system.
func address(name string) bool {
	u, err := url.Parse(name)
	return err == nil && (u.Scheme == "urn" && u.Opaque != "" || (u.Scheme == "http" || u.Scheme == "https") && u.Host != "")
}

func names() string { return strings.Join(slices.Sorted(maps.Keys(Systems)), ", ") }
