package patients

import (
	"slices"
)

// oldLast puts the rows that no longer hold behind the others.
func oldLast[T any](rows []T, old func(T) bool) {
	slices.SortStableFunc(rows, func(a, b T) int { return rank(old(a)) - rank(old(b)) })
}

func rank(old bool) int {
	if old {
		return 1
	}
	return 0
}
