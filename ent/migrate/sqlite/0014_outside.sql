-- Letters to people outside, and when patients are reminded of appointments.
CREATE TABLE `letters` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `mark` text NOT NULL,
  `about` text NOT NULL,
  `kind` text NOT NULL,
  `channel` text NOT NULL DEFAULT ('EMAIL'),
  `state` text NOT NULL DEFAULT ('WAITING'),
  `due_at` datetime NOT NULL,
  `until` datetime NULL,
  `next_at` datetime NOT NULL,
  `attempts` integer NOT NULL DEFAULT (0),
  `sent_at` datetime NULL,
  `location_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `letters_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL
);
CREATE UNIQUE INDEX `letters_mark_key` ON `letters` (`mark`);
CREATE INDEX `letter_about_due_at_id` ON `letters` (`about`, `due_at`, `id`);
CREATE INDEX `letter_state_next_at_id` ON `letters` (`state`, `next_at`, `id`);
CREATE INDEX `letter_location_id` ON `letters` (`location_id`);
CREATE TRIGGER letters_stay BEFORE DELETE ON letters BEGIN SELECT RAISE(ABORT, 'nothing of letters is deleted'); END;

ALTER TABLE `appointment_types` ADD COLUMN `remind_before` integer NOT NULL DEFAULT (1440);

-- Calendars of providers under secret addresses; only the hash of a secret is kept.
CREATE TABLE `calendar_feeds` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `secret_hash` text NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `provider_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `calendar_feeds_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `calendar_feeds_secret_hash_key` ON `calendar_feeds` (`secret_hash`);
CREATE INDEX `calendarfeed_provider_id` ON `calendar_feeds` (`provider_id`);
CREATE TRIGGER calendar_feeds_stay BEFORE DELETE ON calendar_feeds BEGIN SELECT RAISE(ABORT, 'nothing of calendar_feeds is deleted'); END;

-- A kit may be what visits of a type need.
ALTER TABLE `kits` ADD COLUMN `visit_type_id` text NULL;
CREATE INDEX `kit_visit_type_id` ON `kits` (`visit_type_id`);

-- A task may be given to somebody else, with a reason.
ALTER TABLE `tasks` ADD COLUMN `reassign_reason` text NULL;
