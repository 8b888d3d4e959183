package access

import (
	"slices"

	"medoffice/ent/rolegrant"
	"medoffice/modules/kit"
)

// guarded are the roles that only an administrator gives and takes: the one
// that runs the system and the one that watches everybody.
var guarded = []string{kit.Admin, kit.Auditor}

// mayGive reports whether the caller may give or take a role, or manage an
// account that has it.
func mayGive(v *kit.Viewer, role string) error {
	if !v.IsSystem() && slices.Contains(guarded, role) && !slices.Contains(v.Roles, kit.Admin) {
		return kit.Refuse(kit.Forbidden, "only an administrator gives, takes or manages the role "+role)
	}
	return nil
}

// checkPersonRole refuses what no person can be.
func checkPersonRole(role, path string) error {
	if err := checkRole(role, path); err != nil {
		return err
	}
	if role == kit.Board {
		return kit.Invalid("a screen on the wall is no person: make a token for it", path)
	}
	return nil
}

func checkRole(role, path string) error {
	if rolegrant.Role(role).Validate() != nil {
		return kit.Invalid("there is no such role", path)
	}
	return nil
}
