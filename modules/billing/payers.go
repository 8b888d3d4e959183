package billing

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"medoffice/ent"
	"medoffice/ent/payer"
	"medoffice/ent/row"
	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/act"
	"medoffice/modules/kit/db"
	"medoffice/modules/kit/opt"
)

func (q Query) Payers(ctx context.Context, active *bool) ([]*ent.Payer, error) {
	all := q.DB.Client(ctx).Payer.Query()
	if active != nil {
		all.Where(payer.Active.EQ(*active))
	}
	return all.Order(payer.Name.Asc(), payer.ID.Asc()).Limit(mostPayers).All(ctx)
}

func (m *Module) addPayer(ctx context.Context, in model.AddPayerInput) (string, error) {
	name, err := act.Words(in.Name, mostName, "name")
	if err != nil {
		return "", err
	}
	if err := m.DB.Alone(ctx, "payers"); err != nil {
		return "", err
	}
	c := m.DB.Client(ctx)
	if n, err := c.Payer.Query().Where(payer.Active.EQ(true)).Count(ctx); err != nil || n >= mostPayers {
		return "", first(err, kit.Refuse(kit.FailedPrecondition, "there are as many payers as there may be", "name"))
	}
	made := c.Payer.Create().SetName(name)
	if err := m.address(ctx, made.Mutation(), "", payerInput{in.Number, in.Line, in.City, in.State, in.PostalCode, in.Phone}); err != nil {
		return "", err
	}
	row, err := made.Save(ctx)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

func (m *Module) updatePayer(ctx context.Context, in model.UpdatePayerInput) (string, error) {
	if err := m.DB.Alone(ctx, "payers"); err != nil {
		return "", err
	}
	q := m.DB.Client(ctx).Payer.Query().Where(payer.ID.EQ(in.ID))
	q.Modify(db.ForUpdate)
	row, err := act.Found(q.Only(ctx))("payer", "id")
	if err != nil {
		return "", err
	}
	if err := kit.Fresh(row.ID, row.Version, in.ExpectedVersion); err != nil {
		return "", err
	}
	u := row.Update().SetNillableActive(in.Active.Value())
	if name := in.Name.Value(); name != nil {
		n, err := act.Words(*name, mostName, "name")
		if err != nil {
			return "", err
		}
		u.SetName(n)
	}
	if err := m.address(ctx, u.Mutation(), row.ID, payerInput{in.Number, in.Line, in.City, in.State, in.PostalCode, in.Phone}); err != nil {
		return "", err
	}
	return row.ID, u.Exec(ctx)
}

// payerInput is what may be given of a payer beside its name.
type payerInput struct {
	number, line, city, state, postal, phone graphql.Omittable[*string]
}

// address writes what is given, and refuses a number that another payer has.
func (m *Module) address(ctx context.Context, u *row.Mutation, self string, in payerInput) error {
	for name, column := range map[string]struct {
		in   graphql.Omittable[*string]
		name string
	}{
		"number": {in.number, payer.FieldNumber}, "line": {in.line, payer.FieldLine}, "city": {in.city, payer.FieldCity},
		"state": {in.state, payer.FieldState}, "postalCode": {in.postal, payer.FieldPostalCode}, "phone": {in.phone, payer.FieldPhone},
	} {
		value, told := column.in.ValueOK()
		switch {
		case !told:
		case opt.Text(value) == "":
			u.Clear(column.name)
		default:
			words, err := act.Words(*value, mostName, name)
			if err != nil {
				return err
			}
			u.Put(column.name, words)
		}
	}
	number, told := u.Field(payer.FieldNumber)
	if !told {
		return nil
	}
	taken, err := m.DB.Client(ctx).Payer.Query().Where(payer.Number.EQ(number.(string)), payer.ID.NEQ(self)).Exist(ctx)
	if err == nil && taken {
		err = kit.Invalid("another payer has this number", "number")
	}
	return err
}

// first is the first error that there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
