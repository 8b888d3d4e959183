package kit

import (
	"maps"
	"reflect"
	"slices"
)

// Asker is a module in whose acts others take part: a merge of two charts moves
// the rows of every domain. How they take part is a small interface in its own
// package. Gather is called once, when all modules are built.
type Asker interface{ Gather(all *Offers) }

// Offers are the modules of an office, in order of need, and what the askers
// among them have asked for.
type Offers struct {
	modules  []Module
	answered map[string][]string
}

// NewOffers are the offers of these modules.
func NewOffers(modules ...Module) *Offers {
	return &Offers{modules: modules, answered: map[string][]string{}}
}

// Gather has every asker take what the others offer.
func (o *Offers) Gather() {
	for _, m := range o.modules {
		if a, ok := m.(Asker); ok {
			a.Gather(o)
		}
	}
}

// Offering returns the modules that answer the interface T, in order of need.
func Offering[T any](o *Offers) (list []T) {
	of := reflect.TypeFor[T]().String()
	o.answered[of] = nil
	for _, m := range o.modules {
		if t, ok := m.(T); ok {
			list = append(list, t)
			o.answered[of] = append(o.answered[of], m.Name())
		}
	}
	return list
}

// Answered names the modules that answer each interface that was asked for, as
// "patients.Follower".
func (o *Offers) Answered() map[string][]string {
	list := maps.Clone(o.answered)
	for of := range list {
		list[of] = slices.Clone(list[of])
	}
	return list
}
