package access

import "medoffice/modules/kit/field"

// Types implements kit.Typer. Accounts and tokens are read seldom,
// by few, and under rules of their own: their resolvers answer.
func (*Module) Types() field.Types {
	const own = "it is answered under rules of its own"
	simple := field.Part{Simple: own}
	parts := map[string]field.Part{}
	for _, name := range []string{"me", "mySessions", "account", "accounts", "accountSessions", "apiTokens"} {
		parts[name] = simple
	}
	return field.Types{
		"Query":    {Parts: parts},
		"Account":  {Prefix: "acc", Simple: own},
		"APIToken": {Prefix: "tok", Simple: own},
		"Session":  {Simple: own},
	}
}
