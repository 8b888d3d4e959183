package access

import "medoffice/modules/kit/field"

// nodes says which permission finds rows by their ids.
var nodes = field.Nodes{"Account": ManageAccounts, "APIToken": ManageTokens}

var lists = field.Lists{
	"Account": {
		Default: field.Order{Field: "username"},
		Fields:  map[string]field.Field{"role": {Match: hasRole}},
	},
	"APIToken": {Default: field.Order{Field: "id", Desc: true}},
}

// parts are the fields that do not follow from the schema and the tables. Accounts
// and tokens are read seldom, by few, and under rules of their own: their
// resolvers answer.
func (*Module) parts() field.Parts {
	const own = "it is answered under rules of its own"
	return field.Parts{
		"Query.me": {Simple: own}, "Query.mySessions": {Simple: own}, "Query.account": {Simple: own},
		"Query.accounts": {Simple: own}, "Query.accountSessions": {Simple: own}, "Query.apiTokens": {Simple: own},
		"Account": {Simple: own}, "APIToken": {Simple: own}, "Session": {Simple: own},
	}
}
