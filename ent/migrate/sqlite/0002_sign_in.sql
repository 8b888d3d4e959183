-- Sign-in: the second factor of an account, and who a person is for an OpenID provider.

ALTER TABLE `accounts` ADD COLUMN `second_factor` blob NULL;
ALTER TABLE `accounts` ADD COLUMN `second_factor_since` datetime NULL;
ALTER TABLE `accounts` ADD COLUMN `second_factor_step` integer NOT NULL DEFAULT (0);
ALTER TABLE `accounts` ADD COLUMN `recovery_codes` text NOT NULL DEFAULT ('');
ALTER TABLE `accounts` ADD COLUMN `oidc_issuer` text NULL;
ALTER TABLE `accounts` ADD COLUMN `oidc_subject` text NULL;
CREATE UNIQUE INDEX `account_oidc_issuer_oidc_subject` ON `accounts` (`oidc_issuer`, `oidc_subject`);
