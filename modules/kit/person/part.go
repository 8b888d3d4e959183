package person

import (
	"context"

	"medoffice/modules/kit/field"
)

// Part is how a PersonName is read of the columns of its parts.
func Part(family, given, prefix, suffix string) field.Part {
	return field.Part{Group: map[string]field.Part{
		"text":   {Compute: &field.Compute{Needs: []string{prefix, given, family, suffix}, Append: appendWhole}},
		"family": {Column: family},
		"given":  {Column: given},
		"prefix": {Column: prefix},
		"suffix": {Column: suffix},
	}}
}

// appendWhole writes the parts that there are, as Name puts them together.
func appendWhole(_ context.Context, b []byte, in []field.Value) []byte {
	b = append(b, '"')
	first := true
	for _, part := range in {
		if len(part.Text) == 0 {
			continue
		}
		if !first {
			b = append(b, ' ')
		}
		b, first = field.Escape(b, part.Text), false
	}
	return append(b, '"')
}
