package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"medoffice/modules"
	"medoffice/modules/access"
)

// oidcFlags say at which OpenID provider people sign in, if at any.
type oidcFlags struct {
	issuer, clientID, redirect, roleClaim string
	scope, role                           []string
}

func (d *oidcFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&d.issuer, "oidc-issuer", "", "Let people sign in at the OpenID provider at this `URL`")
	fromEnv(f, "oidc-issuer", "MEDOFFICE_OIDC_ISSUER")
	f.StringVar(&d.clientID, "oidc-client-id", "", "The client `ID` of the office at the provider. The secret is only read from the environment: MEDOFFICE_OIDC_CLIENT_SECRET")
	fromEnv(f, "oidc-client-id", "MEDOFFICE_OIDC_CLIENT_ID")
	f.StringVar(&d.redirect, "oidc-redirect", "", "The `URL` to which the provider sends browsers back: that of this office, followed by /auth/oidc/callback")
	fromEnv(f, "oidc-redirect", "MEDOFFICE_OIDC_REDIRECT")
	d.scope = []string{"profile"}
	f.Var(commas(&d.scope, "SCOPE"), "oidc-scope", "The scopes beside openid")
	fromEnv(f, "oidc-scope", "MEDOFFICE_OIDC_SCOPES")
	f.StringVar(&d.roleClaim, "oidc-role-claim", "groups", "The `NAME` of the claim with the roles, as groups or realm_access.roles")
	fromEnv(f, "oidc-role-claim", "MEDOFFICE_OIDC_ROLE_CLAIM")
	f.Var(&values{to: &d.role, name: "VALUE=ROLE", sep: ";"}, "oidc-role", "A value of that claim and the role it gives, as nurses=NURSE") // a value of LDAP has commas
	fromEnv(f, "oidc-role", "MEDOFFICE_OIDC_ROLES")
}

// open lets people in as the flags say.
func (d *oidcFlags) open(o *modules.Office) error {
	if d.issuer == "" {
		return nil
	}
	roles := map[string]string{}
	for _, pair := range d.role {
		at := strings.LastIndex(pair, "=") // the value may be a name of LDAP
		if at < 0 {
			return fmt.Errorf("--oidc-role %q: write VALUE=ROLE", pair)
		}
		roles[pair[:at]] = pair[at+1:]
	}
	err := o.Access.TrustOIDC(access.OIDC{
		Issuer: d.issuer, ClientID: d.clientID, ClientSecret: os.Getenv("MEDOFFICE_OIDC_CLIENT_SECRET"),
		Redirect: d.redirect, Scopes: d.scope, RoleClaim: d.roleClaim, Roles: roles,
	})
	if err == nil {
		o.Web.OIDC = access.OIDCStart
	}
	return err
}
