package medications

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"medoffice/ent"
	"medoffice/ent/administration"
	"medoffice/ent/medication"
	"medoffice/ent/medicationrequest"
	"medoffice/ent/medicationstatement"
	"medoffice/ent/reconciliation"
	"medoffice/ent/registerentry"
	"medoffice/modules/kit"
	"medoffice/modules/kit/field"
	"medoffice/modules/kit/load"
	"medoffice/modules/kit/page"
	"medoffice/modules/kit/person"
)

var medicationFields = field.Entity{
	Type: "Medication", Table: medication.Table, Prefix: "med",
	Fields: map[string]field.Field{
		"code":   {Column: medication.FieldCode, Filter: true},
		"name":   {Column: medication.FieldSortName, Filter: true, Order: true, Fold: person.Fold},
		"active": {Column: medication.FieldActive, Kind: field.Bool, Filter: true},
	},
	Default: field.Order{Field: "name"},
}

var orderFields = field.Entity{
	Type: "MedicationRequest", Table: medicationrequest.Table, Prefix: "mor",
	Fields: map[string]field.Field{
		"status":    {Column: medicationrequest.FieldStatus, Kind: field.Enum, Filter: true},
		"setting":   {Column: medicationrequest.FieldSetting, Kind: field.Enum, Filter: true},
		"orderedAt": {Column: medicationrequest.FieldOrderedAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "orderedAt", Desc: true},
}

var doseFields = field.Entity{
	Type: "Administration", Table: administration.Table, Prefix: "adm",
	Fields: map[string]field.Field{
		"status":     {Column: administration.FieldStatus, Kind: field.Enum, Filter: true},
		"lot":        {Column: administration.FieldLotID, Kind: field.ID, Nullable: true, Filter: true, Can: "inventory.read"},
		"occurredAt": {Column: administration.FieldOccurredAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "occurredAt", Desc: true},
}

var registerFields = field.Entity{
	Type: "RegisterEntry", Table: registerentry.Table, Prefix: "ctl",
	Fields: map[string]field.Field{
		"kind":     {Column: registerentry.FieldKind, Kind: field.Enum, Filter: true},
		"location": {Column: registerentry.FieldLocationID, Kind: field.ID, Filter: true, Can: "practice.read"},
		"item":     {Column: registerentry.FieldItemID, Kind: field.ID, Filter: true, Can: "inventory.read"},
		"open":     {Filter: true, Match: differs},
		"at":       {Column: registerentry.FieldAt, Kind: field.Time, Filter: true, Order: true},
	},
	Default: field.Order{Field: "at", Desc: true},
}

var listFields = field.Entity{
	Type: "MedicationStatement", Table: medicationstatement.Table, Prefix: "mst",
	Fields: map[string]field.Field{
		"status":     {Column: medicationstatement.FieldStatus, Kind: field.Enum, Filter: true},
		"recordedAt": {Column: medicationstatement.FieldRecordedAt, Kind: field.Time, Order: true},
	},
	Default: field.Order{Field: "recordedAt", Desc: true},
}

var reconciliationFields = field.Entity{
	Type: "Reconciliation", Table: reconciliation.Table, Prefix: "rcn",
	Fields:  map[string]field.Field{"at": {Column: reconciliation.FieldAt, Kind: field.Time, Filter: true, Order: true}},
	Default: field.Order{Field: "at", Desc: true},
}

// differs finds counts with a difference that nobody cleared up, or all else.
func differs(v any) (field.Where, error) {
	open, _ := v.(bool)
	return func(s *sql.Selector) {
		is := sql.And(sql.NEQ(s.C(registerentry.FieldDifference), 0), sql.IsNull(s.C(registerentry.FieldResolvedAt)))
		if !open {
			is = sql.Or(sql.IsNull(s.C(registerentry.FieldDifference)), sql.EQ(s.C(registerentry.FieldDifference), 0), sql.NotNull(s.C(registerentry.FieldResolvedAt)))
		}
		s.Where(is)
	}, nil
}

type listers struct {
	catalogue       page.Lister[ent.Medication, *ent.MedicationQuery]
	orders          page.Lister[ent.MedicationRequest, *ent.MedicationRequestQuery]
	doses           page.Lister[ent.Administration, *ent.AdministrationQuery]
	register        page.Lister[ent.RegisterEntry, *ent.RegisterEntryQuery]
	list            page.Lister[ent.MedicationStatement, *ent.MedicationStatementQuery]
	reconciliations page.Lister[ent.Reconciliation, *ent.ReconciliationQuery]
}

func newListers(d kit.Deps, seal *page.Seal) (l listers) {
	l.catalogue.Entity, l.catalogue.DB, l.catalogue.Seal = &medicationFields, d.DB, seal
	l.catalogue.Query = func(c *ent.Client) *ent.MedicationQuery { return c.Medication.Query() }
	l.catalogue.Keys = func(r *ent.Medication) map[string]any { return map[string]any{"name": r.SortName} }
	l.orders.Entity, l.orders.DB, l.orders.Seal = &orderFields, d.DB, seal
	l.orders.Query = func(c *ent.Client) *ent.MedicationRequestQuery { return c.MedicationRequest.Query() }
	l.orders.Keys = func(r *ent.MedicationRequest) map[string]any { return map[string]any{"orderedAt": r.OrderedAt} }
	l.doses.Entity, l.doses.DB, l.doses.Seal = &doseFields, d.DB, seal
	l.doses.Query = func(c *ent.Client) *ent.AdministrationQuery { return c.Administration.Query() }
	l.doses.Keys = func(r *ent.Administration) map[string]any { return map[string]any{"occurredAt": r.OccurredAt} }
	l.register.Entity, l.register.DB, l.register.Seal = &registerFields, d.DB, seal
	l.register.Query = func(c *ent.Client) *ent.RegisterEntryQuery { return c.RegisterEntry.Query() }
	l.register.Keys = func(r *ent.RegisterEntry) map[string]any { return map[string]any{"at": r.At} }
	l.list.Entity, l.list.DB, l.list.Seal = &listFields, d.DB, seal
	l.list.Query = func(c *ent.Client) *ent.MedicationStatementQuery { return c.MedicationStatement.Query() }
	l.list.Keys = func(r *ent.MedicationStatement) map[string]any { return map[string]any{"recordedAt": r.RecordedAt} }
	l.reconciliations.Entity, l.reconciliations.DB, l.reconciliations.Seal = &reconciliationFields, d.DB, seal
	l.reconciliations.Query = func(c *ent.Client) *ent.ReconciliationQuery { return c.Reconciliation.Query() }
	l.reconciliations.Keys = func(r *ent.Reconciliation) map[string]any { return map[string]any{"at": r.At} }
	return l
}

// Rules implements kit.Ruler: who is bound to a location sees what is given
// there, and what is bound to no location.
func (*Module) Rules() kit.Rules {
	at := []kit.Rule{func(v *kit.Viewer) func(*sql.Selector) {
		if v.LocationID == "" {
			return nil
		}
		return func(s *sql.Selector) {
			s.Where(sql.Or(sql.IsNull(s.C("location_id")), sql.EQ(s.C("location_id"), v.LocationID)))
		}
	}}
	return kit.Rules{"MedicationRequest": at, "Administration": at, "RegisterEntry": at}
}

// Nodes implements kit.Noder.
func (m *Module) Nodes() map[string]kit.Finder {
	return map[string]kit.Finder{
		"med": kit.Find(Catalogue, m.MedicationsByID), "mor": kit.Find(Read, m.OrdersByID), "adm": kit.Find(Read, m.DosesByID),
		"ctl": kit.Find(Register, m.EntriesByID), "mst": kit.Find(Read, m.StatementsByID), "rcn": kit.Find(Read, m.reconciliationsByID),
	}
}

// MedicationsByID finds medications for loaders and node.
func (m *Module) MedicationsByID(ctx context.Context, ids []string) (map[string]*ent.Medication, error) {
	return load.ByID(m.DB.Client(ctx).Medication.Query().Where(medication.ID.In(ids...)).All(ctx))
}

// OrdersByID finds orders for loaders and node.
func (m *Module) OrdersByID(ctx context.Context, ids []string) (map[string]*ent.MedicationRequest, error) {
	return load.ByID(m.DB.Client(ctx).MedicationRequest.Query().Where(medicationrequest.ID.In(ids...)).All(ctx))
}

// DosesByID finds doses for loaders and node.
func (m *Module) DosesByID(ctx context.Context, ids []string) (map[string]*ent.Administration, error) {
	return load.ByID(m.DB.Client(ctx).Administration.Query().Where(administration.ID.In(ids...)).All(ctx))
}

// EntriesByID finds lines of the register for node.
func (m *Module) EntriesByID(ctx context.Context, ids []string) (map[string]*ent.RegisterEntry, error) {
	return load.ByID(m.DB.Client(ctx).RegisterEntry.Query().Where(registerentry.ID.In(ids...)).All(ctx))
}

// StatementsByID finds medications of lists for loaders and node.
func (m *Module) StatementsByID(ctx context.Context, ids []string) (map[string]*ent.MedicationStatement, error) {
	return load.ByID(m.DB.Client(ctx).MedicationStatement.Query().Where(medicationstatement.ID.In(ids...)).All(ctx))
}

func (m *Module) reconciliationsByID(ctx context.Context, ids []string) (map[string]*ent.Reconciliation, error) {
	return load.ByID(m.DB.Client(ctx).Reconciliation.Query().Where(reconciliation.ID.In(ids...)).All(ctx))
}
