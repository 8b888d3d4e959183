package graph

import (
	"context"
	"fmt"

	"medoffice/graph/model"
	"medoffice/modules/kit"
	"medoffice/modules/kit/id"
	"medoffice/modules/kit/page"
)

// find finds one row by its id, under the rules of the viewer.
func (w *own) find(ctx context.Context, id string) (model.Node, error) {
	list, err := w.findAll(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// findAll finds rows of any types, with one statement a type.
func (w *own) findAll(ctx context.Context, ids []string) ([]model.Node, error) {
	if len(ids) > page.Max {
		return nil, kit.Invalid(fmt.Sprintf("at most %d identifiers", page.Max), "ids")
	}
	byPrefix := map[string][]string{}
	for _, i := range ids {
		if p := id.Prefix(i); w.finders[p] != nil {
			byPrefix[p] = append(byPrefix[p], i)
		}
	}
	rows := map[string]any{}
	for prefix, some := range byPrefix {
		found, err := w.finders[prefix](ctx, some)
		if err != nil {
			return nil, err
		}
		for i, row := range found {
			rows[i] = row
		}
	}
	list := make([]model.Node, len(ids))
	for n, i := range ids {
		if node, ok := rows[i].(model.Node); ok {
			list[n] = node
		}
	}
	return list, nil
}

// Nodes implements the field.
func (q ownQuery) Nodes(ctx context.Context, ids []string) ([]model.Node, error) {
	return q.findAll(ctx, ids)
}
