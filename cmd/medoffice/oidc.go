package main

import (
	"fmt"
	"os"
	"strings"

	"medoffice/modules"
	"medoffice/modules/access"
)

// oidcFlags say at which OpenID provider people sign in, if at any.
type oidcFlags struct {
	Issuer    string   `help:"Let people sign in at this OpenID provider." env:"MEDOFFICE_OIDC_ISSUER" placeholder:"URL"`
	ClientID  string   `help:"The client ID of the office at the provider. The secret is only read from the environment: MEDOFFICE_OIDC_CLIENT_SECRET." env:"MEDOFFICE_OIDC_CLIENT_ID" placeholder:"ID"`
	Redirect  string   `help:"The address to which the provider sends browsers back: that of this office, followed by /auth/oidc/callback." env:"MEDOFFICE_OIDC_REDIRECT" placeholder:"URL"`
	Scope     []string `help:"The scopes beside openid." default:"profile" env:"MEDOFFICE_OIDC_SCOPES"`
	RoleClaim string   `help:"The claim with the roles, as groups or realm_access.roles." default:"groups" env:"MEDOFFICE_OIDC_ROLE_CLAIM" placeholder:"NAME"`
	Role      []string `help:"A value of that claim and the role it gives, as nurses=NURSE." sep:";" env:"MEDOFFICE_OIDC_ROLES" placeholder:"VALUE=ROLE"`
}

// open lets people in as the flags say.
func (f *oidcFlags) open(o *modules.Office) error {
	if f.Issuer == "" {
		return nil
	}
	roles := map[string]string{}
	for _, pair := range f.Role {
		at := strings.LastIndex(pair, "=") // the value may be a name of LDAP
		if at < 0 {
			return fmt.Errorf("--oidc-role %q: write VALUE=ROLE", pair)
		}
		roles[pair[:at]] = pair[at+1:]
	}
	err := o.Access.TrustOIDC(access.OIDC{
		Issuer: f.Issuer, ClientID: f.ClientID, ClientSecret: os.Getenv("MEDOFFICE_OIDC_CLIENT_SECRET"),
		Redirect: f.Redirect, Scopes: f.Scope, RoleClaim: f.RoleClaim, Roles: roles,
	})
	if err == nil {
		o.Web.OIDC = access.OIDCStart
	}
	return err
}
