-- Sign-in: the second factor of an account, and who a person is for an OpenID provider.

ALTER TABLE "accounts"
  ADD COLUMN "second_factor" bytea NULL,
  ADD COLUMN "second_factor_since" timestamptz NULL,
  ADD COLUMN "second_factor_step" bigint NOT NULL DEFAULT 0,
  ADD COLUMN "recovery_codes" character varying COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN "oidc_issuer" character varying COLLATE "C" NULL,
  ADD COLUMN "oidc_subject" character varying COLLATE "C" NULL;
CREATE UNIQUE INDEX "account_oidc_issuer_oidc_subject" ON "accounts" ("oidc_issuer", "oidc_subject");
