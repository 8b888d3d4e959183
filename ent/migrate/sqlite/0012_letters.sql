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
