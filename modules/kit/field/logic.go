package field

import "entgo.io/ent/dialect/sql"

func and(parts []Where) Where { return join(parts, sql.And) }
func or(parts []Where) Where  { return join(parts, sql.Or) }

func join(parts []Where, how func(...*sql.Predicate) *sql.Predicate) Where {
	return func(s *sql.Selector) {
		preds := make([]*sql.Predicate, 0, len(parts))
		for _, part := range parts {
			if p := predicate(s, part); p != nil {
				preds = append(preds, p)
			}
		}
		switch len(preds) {
		case 0:
		case 1: // ent loses the brackets of an Or that stands alone in an And
			s.Where(preds[0])
		default:
			s.Where(how(preds...))
		}
	}
}

// not keeps the rows for which the condition is not true, also those for which
// it is unknown because the field is null.
func not(part Where) Where {
	return func(s *sql.Selector) {
		p := predicate(s, part)
		if p == nil {
			return
		}
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString("(")
			b.Join(p)
			b.WriteString(") IS NOT TRUE")
		}))
	}
}

// predicate runs a Where on an empty selector of the same table and takes out
// what it asked for.
func predicate(s *sql.Selector, w Where) *sql.Predicate {
	if w == nil {
		return nil
	}
	t := sql.Dialect(s.Dialect()).Select().From(s.Table())
	w(t)
	return t.P()
}
