-- Medications: the catalogue, what is ordered, what was given, what a patient
-- takes, and the register of controlled substances.
ALTER TABLE `immunizations` ADD COLUMN `performer` text NULL;
ALTER TABLE `immunizations` ADD COLUMN `maker_code` text NULL;
ALTER TABLE `immunizations` ADD COLUMN `vis_edition` text NULL;
ALTER TABLE `immunizations` ADD COLUMN `vis_given_on` text NULL;
ALTER TABLE `immunizations` ADD COLUMN `funding` text NULL;
CREATE TABLE `administrations` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `status` text NOT NULL,
  `occurred_at` datetime NOT NULL,
  `due_at` datetime NULL,
  `dose` integer NOT NULL DEFAULT (0),
  `dose_unit` text NOT NULL,
  `route` text NOT NULL,
  `site` text NULL,
  `units` integer NOT NULL DEFAULT (0),
  `wasted_units` integer NOT NULL DEFAULT (0),
  `wasted` integer NOT NULL DEFAULT (0),
  `reason` text NULL,
  `note` text NULL,
  `given_by` text NOT NULL,
  `given_name` text NOT NULL,
  `witness_id` text NULL,
  `witness_name` text NULL,
  `observe_until` datetime NULL,
  `observed_at` datetime NULL,
  `observed_name` text NULL,
  `response` text NULL,
  `patient_id` text NOT NULL,
  `order_id` text NOT NULL,
  `medication_id` text NOT NULL,
  `visit_id` text NULL,
  `location_id` text NULL,
  `lot_id` text NULL,
  `immunization_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `administrations_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `administrations_medication_requests_order` FOREIGN KEY (`order_id`) REFERENCES `medication_requests` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `administrations_medications_medication` FOREIGN KEY (`medication_id`) REFERENCES `medications` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `administrations_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `administrations_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL,
  CONSTRAINT `administrations_lots_lot` FOREIGN KEY (`lot_id`) REFERENCES `lots` (`id`) ON DELETE SET NULL,
  CONSTRAINT `administrations_immunizations_immunization` FOREIGN KEY (`immunization_id`) REFERENCES `immunizations` (`id`) ON DELETE SET NULL,
  CONSTRAINT `administrations_amounts` CHECK (dose >= 0 AND wasted >= 0 AND units >= 0 AND wasted_units >= 0)
);
CREATE INDEX `administration_patient_id_occurred_at_id` ON `administrations` (`patient_id`, `occurred_at`, `id`);
CREATE INDEX `administration_visit_id_occurred_at_id` ON `administrations` (`visit_id`, `occurred_at`, `id`);
CREATE INDEX `administration_order_id_occurred_at_id` ON `administrations` (`order_id`, `occurred_at`, `id`);
CREATE INDEX `administration_occurred_at_id` ON `administrations` (`occurred_at`, `id`);
CREATE INDEX `administration_lot_id` ON `administrations` (`lot_id`);
CREATE INDEX `administration_observed_at_observe_until` ON `administrations` (`observed_at`, `observe_until`);
CREATE TABLE `dose_reactions` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `patient_id` text NOT NULL,
  `what` text NOT NULL,
  `severity` text NOT NULL,
  `began_at` datetime NOT NULL,
  `treatment` text NULL,
  `administration_id` text NOT NULL,
  `allergy_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `dose_reactions_administrations_administration` FOREIGN KEY (`administration_id`) REFERENCES `administrations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `dose_reactions_allergies_allergy` FOREIGN KEY (`allergy_id`) REFERENCES `allergies` (`id`) ON DELETE SET NULL
);
CREATE INDEX `dosereaction_administration_id_began_at_id` ON `dose_reactions` (`administration_id`, `began_at`, `id`);
CREATE INDEX `dosereaction_patient_id` ON `dose_reactions` (`patient_id`);
CREATE TABLE `medications` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `source` text NULL,
  `code` text NOT NULL,
  `name` text NOT NULL,
  `sort_name` text NOT NULL,
  `form` text NOT NULL,
  `strength` integer NULL,
  `strength_unit` text NULL,
  `per` integer NOT NULL DEFAULT (1000000),
  `per_unit` text NOT NULL,
  `contents` integer NOT NULL DEFAULT (1000000),
  `ndc` text NULL,
  `cvx` text NULL,
  `maker` text NULL,
  `maker_code` text NULL,
  `vis_edition` text NULL,
  `billing_code` text NULL,
  `routes` json NULL,
  `max_dose` integer NULL,
  `max_dose_unit` text NULL,
  `window_minutes` integer NOT NULL DEFAULT (60),
  `observe_minutes` integer NOT NULL DEFAULT (0),
  `schedule` text NOT NULL DEFAULT ('NONE'),
  `active` bool NOT NULL DEFAULT (true),
  `item_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `medications_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE SET NULL,
  CONSTRAINT `medications_amounts` CHECK (per > 0 AND contents > 0)
);
CREATE UNIQUE INDEX `medication_code` ON `medications` (`code`);
CREATE INDEX `medication_sort_name_id` ON `medications` (`sort_name`, `id`);
CREATE INDEX `medication_item_id` ON `medications` (`item_id`);
CREATE UNIQUE INDEX `medication_source` ON `medications` (`source`);
CREATE TABLE `medication_links` (
  `id` text NOT NULL,
  `kind` text NOT NULL,
  `name` text NOT NULL,
  `folded` text NOT NULL,
  `code` text NULL,
  `code_system` text NULL,
  `medication_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `medication_links_medications_links` FOREIGN KEY (`medication_id`) REFERENCES `medications` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `medicationlink_medication_id_kind_folded` ON `medication_links` (`medication_id`, `kind`, `folded`);
CREATE INDEX `medicationlink_folded_kind` ON `medication_links` (`folded`, `kind`);
CREATE TABLE `medication_overrides` (
  `id` text NOT NULL,
  `reason` text NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `finding` text NOT NULL,
  `patient_id` text NOT NULL,
  `at` datetime NOT NULL,
  `order_id` text NOT NULL,
  `administration_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `medication_overrides_medication_requests_order` FOREIGN KEY (`order_id`) REFERENCES `medication_requests` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `medication_overrides_administrations_administration` FOREIGN KEY (`administration_id`) REFERENCES `administrations` (`id`) ON DELETE SET NULL
);
CREATE INDEX `medicationoverride_order_id_at_id` ON `medication_overrides` (`order_id`, `at`, `id`);
CREATE INDEX `medicationoverride_administration_id` ON `medication_overrides` (`administration_id`);
CREATE INDEX `medicationoverride_patient_id` ON `medication_overrides` (`patient_id`);
CREATE TABLE `medication_requests` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `setting` text NOT NULL DEFAULT ('IN_OFFICE'),
  `status` text NOT NULL DEFAULT ('DRAFT'),
  `dose` integer NOT NULL DEFAULT (0),
  `dose_unit` text NOT NULL,
  `route` text NOT NULL,
  `site` text NULL,
  `frequency` text NULL,
  `doses` integer NOT NULL DEFAULT (1),
  `every_minutes` integer NULL,
  `given` integer NOT NULL DEFAULT (0),
  `prn` bool NOT NULL DEFAULT (false),
  `stat` bool NOT NULL DEFAULT (false),
  `reason` text NULL,
  `instructions` text NULL,
  `valid_from` datetime NULL,
  `valid_until` datetime NULL,
  `next_due_at` datetime NULL,
  `give_by` text NOT NULL DEFAULT ('NURSE'),
  `quantity` integer NULL,
  `refills` integer NULL,
  `pharmacy` text NULL,
  `ordered_at` datetime NOT NULL,
  `signed_at` datetime NULL,
  `signed_by` text NULL,
  `signed_name` text NULL,
  `ended_at` datetime NULL,
  `end_reason` text NULL,
  `patient_id` text NOT NULL,
  `visit_id` text NULL,
  `location_id` text NULL,
  `provider_id` text NULL,
  `medication_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `medication_requests_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `medication_requests_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `medication_requests_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL,
  CONSTRAINT `medication_requests_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE SET NULL,
  CONSTRAINT `medication_requests_medications_medication` FOREIGN KEY (`medication_id`) REFERENCES `medications` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `medication_requests_dose` CHECK (dose > 0),
  CONSTRAINT `medication_requests_doses` CHECK (doses > 0 AND given >= 0 AND given <= doses)
);
CREATE INDEX `medicationrequest_patient_id_ordered_at_id` ON `medication_requests` (`patient_id`, `ordered_at`, `id`);
CREATE INDEX `medicationrequest_visit_id_ordered_at_id` ON `medication_requests` (`visit_id`, `ordered_at`, `id`);
CREATE INDEX `medicationrequest_ordered_at_id` ON `medication_requests` (`ordered_at`, `id`);
CREATE INDEX `medicationrequest_status_ordered_at_id` ON `medication_requests` (`status`, `ordered_at`, `id`);
CREATE INDEX `medicationrequest_status_valid_until` ON `medication_requests` (`status`, `valid_until`);
CREATE INDEX `medicationrequest_medication_id` ON `medication_requests` (`medication_id`);
CREATE TABLE `medication_statements` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `source` text NULL,
  `code_text` text NOT NULL,
  `code` text NULL,
  `code_system` text NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `origin` text NOT NULL DEFAULT ('REPORTED'),
  `dose` text NULL,
  `route` text NULL,
  `frequency` text NULL,
  `started_on` text NULL,
  `stopped_on` text NULL,
  `stop_reason` text NULL,
  `recorded_at` datetime NOT NULL,
  `patient_id` text NOT NULL,
  `medication_id` text NULL,
  `order_id` text NULL,
  `changed_from_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `medication_statements_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `medication_statements_medications_medication` FOREIGN KEY (`medication_id`) REFERENCES `medications` (`id`) ON DELETE SET NULL,
  CONSTRAINT `medication_statements_medication_requests_order` FOREIGN KEY (`order_id`) REFERENCES `medication_requests` (`id`) ON DELETE SET NULL,
  CONSTRAINT `medication_statements_medication_statements_changed_into` FOREIGN KEY (`changed_from_id`) REFERENCES `medication_statements` (`id`) ON DELETE SET NULL
);
CREATE INDEX `medicationstatement_patient_id_recorded_at_id` ON `medication_statements` (`patient_id`, `recorded_at`, `id`);
CREATE INDEX `medicationstatement_changed_from_id` ON `medication_statements` (`changed_from_id`);
CREATE INDEX `medicationstatement_order_id` ON `medication_statements` (`order_id`);
CREATE UNIQUE INDEX `medicationstatement_source` ON `medication_statements` (`source`);
CREATE TABLE `reconciliations` (
  `id` text NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `at` datetime NOT NULL,
  `note` text NULL,
  `patient_id` text NOT NULL,
  `visit_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `reconciliations_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `reconciliations_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL
);
CREATE INDEX `reconciliation_patient_id_at_id` ON `reconciliations` (`patient_id`, `at`, `id`);
CREATE INDEX `reconciliation_visit_id` ON `reconciliations` (`visit_id`);
CREATE TABLE `reconciliation_lines` (
  `id` text NOT NULL,
  `decision` text NOT NULL,
  `reason` text NULL,
  `position` integer NOT NULL,
  `reconciliation_id` text NOT NULL,
  `statement_id` text NOT NULL,
  `replaced_by_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `reconciliation_lines_reconciliations_lines` FOREIGN KEY (`reconciliation_id`) REFERENCES `reconciliations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `reconciliation_lines_medication_statements_statement` FOREIGN KEY (`statement_id`) REFERENCES `medication_statements` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `reconciliation_lines_medication_statements_replaced_by` FOREIGN KEY (`replaced_by_id`) REFERENCES `medication_statements` (`id`) ON DELETE SET NULL
);
CREATE INDEX `reconciliationline_reconciliation_id_position` ON `reconciliation_lines` (`reconciliation_id`, `position`);
CREATE INDEX `reconciliationline_statement_id` ON `reconciliation_lines` (`statement_id`);
CREATE TABLE `register_entries` (
  `id` text NOT NULL,
  `version` integer NOT NULL DEFAULT (1),
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `number` integer NOT NULL,
  `kind` text NOT NULL,
  `quantity` integer NOT NULL,
  `balance` integer NOT NULL,
  `difference` integer NULL,
  `movement_id` text NULL,
  `act_id` text NULL,
  `witness_id` text NULL,
  `witness_name` text NULL,
  `reason` text NULL,
  `at` datetime NOT NULL,
  `resolved_at` datetime NULL,
  `resolved_name` text NULL,
  `resolution` text NULL,
  `location_id` text NOT NULL,
  `item_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `register_entries_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `register_entries_items_item` FOREIGN KEY (`item_id`) REFERENCES `items` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `register_entries_not_negative` CHECK (balance >= 0)
);
CREATE UNIQUE INDEX `registerentry_location_id_item_id_number` ON `register_entries` (`location_id`, `item_id`, `number`);
CREATE INDEX `registerentry_at_id` ON `register_entries` (`at`, `id`);
CREATE UNIQUE INDEX `registerentry_movement_id` ON `register_entries` (`movement_id`);
CREATE INDEX `registerentry_item_id_at_id` ON `register_entries` (`item_id`, `at`, `id`);
CREATE TABLE `witness_codes` (
  `id` text NOT NULL,
  `account_id` text NOT NULL,
  `name` text NOT NULL,
  `hash` text NOT NULL,
  `expires_at` datetime NOT NULL,
  `used_at` datetime NULL,
  `used_by` text NULL,
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `witnesscode_hash` ON `witness_codes` (`hash`);
CREATE INDEX `witnesscode_account_id_expires_at` ON `witness_codes` (`account_id`, `expires_at`);

-- Nothing clinical is deleted, and a line of the register is written once: only
-- how a difference was cleared up is added.
CREATE TRIGGER medications_stay BEFORE DELETE ON medications BEGIN SELECT RAISE(ABORT, 'nothing of medications is deleted'); END;
CREATE TRIGGER medication_requests_stay BEFORE DELETE ON medication_requests BEGIN SELECT RAISE(ABORT, 'nothing of medication_requests is deleted'); END;
CREATE TRIGGER medication_overrides_stay BEFORE DELETE ON medication_overrides BEGIN SELECT RAISE(ABORT, 'nothing of medication_overrides is deleted'); END;
CREATE TRIGGER administrations_stay BEFORE DELETE ON administrations BEGIN SELECT RAISE(ABORT, 'nothing of administrations is deleted'); END;
CREATE TRIGGER dose_reactions_stay BEFORE DELETE ON dose_reactions BEGIN SELECT RAISE(ABORT, 'nothing of dose_reactions is deleted'); END;
CREATE TRIGGER register_entries_stay BEFORE DELETE ON register_entries BEGIN SELECT RAISE(ABORT, 'nothing of register_entries is deleted'); END;
CREATE TRIGGER medication_statements_stay BEFORE DELETE ON medication_statements BEGIN SELECT RAISE(ABORT, 'nothing of medication_statements is deleted'); END;
CREATE TRIGGER reconciliations_stay BEFORE DELETE ON reconciliations BEGIN SELECT RAISE(ABORT, 'nothing of reconciliations is deleted'); END;
CREATE TRIGGER reconciliation_lines_stay BEFORE DELETE ON reconciliation_lines BEGIN SELECT RAISE(ABORT, 'nothing of reconciliation_lines is deleted'); END;
CREATE TRIGGER register_entries_write_once BEFORE UPDATE ON register_entries
WHEN NEW.id IS NOT OLD.id
  OR NEW.location_id IS NOT OLD.location_id
  OR NEW.item_id IS NOT OLD.item_id
  OR NEW.actor_id IS NOT OLD.actor_id
  OR NEW.actor_name IS NOT OLD.actor_name
  OR NEW.number IS NOT OLD.number
  OR NEW.kind IS NOT OLD.kind
  OR NEW.quantity IS NOT OLD.quantity
  OR NEW.balance IS NOT OLD.balance
  OR NEW.difference IS NOT OLD.difference
  OR NEW.movement_id IS NOT OLD.movement_id
  OR NEW.act_id IS NOT OLD.act_id
  OR NEW.witness_id IS NOT OLD.witness_id
  OR NEW.witness_name IS NOT OLD.witness_name
  OR NEW.reason IS NOT OLD.reason
  OR NEW.at IS NOT OLD.at
BEGIN SELECT RAISE(ABORT, 'a line of the register is written once'); END;
