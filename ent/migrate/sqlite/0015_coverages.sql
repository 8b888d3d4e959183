-- Who pays for patients, in which order and when, and whose money came in.
ALTER TABLE `payments` ADD COLUMN `payer_id` text NULL;
CREATE INDEX `payment_payer_id` ON `payments` (`payer_id`);
CREATE TABLE `coverages` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `rank` integer NOT NULL,
  `member_id` text NOT NULL,
  `group_number` text NULL,
  `plan` text NULL,
  `relationship` text NOT NULL,
  `subscriber_family` text NULL,
  `subscriber_given` text NULL,
  `subscriber_birth` text NULL,
  `valid_from` text NOT NULL,
  `valid_to` text NULL,
  `patient_id` text NOT NULL,
  `payer_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `coverages_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `coverages_payers_payer` FOREIGN KEY (`payer_id`) REFERENCES `payers` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `coverages_rank` CHECK (rank BETWEEN 1 AND 3),
  CONSTRAINT `coverages_time` CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX `coverage_patient_id_rank_valid_from_id` ON `coverages` (`patient_id`, `rank`, `valid_from`, `id`);
CREATE INDEX `coverage_payer_id` ON `coverages` (`payer_id`);
CREATE TABLE `payers` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `number` text NULL,
  `line` text NULL,
  `city` text NULL,
  `state` text NULL,
  `postal_code` text NULL,
  `phone` text NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE INDEX `payer_name_id` ON `payers` (`name`, `id`);
CREATE UNIQUE INDEX `payer_number` ON `payers` (`number`);

-- What was a mistake is taken back, not deleted.
CREATE TRIGGER payers_stay BEFORE DELETE ON payers BEGIN SELECT RAISE(ABORT, 'nothing of payers is deleted'); END;
CREATE TRIGGER coverages_stay BEFORE DELETE ON coverages BEGIN SELECT RAISE(ABORT, 'nothing of coverages is deleted'); END;
