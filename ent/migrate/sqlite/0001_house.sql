-- The house: all tables of the first version. Written from the ent schema, then
-- extended by hand with what it cannot say (at the end).

PRAGMA foreign_keys = off;
CREATE TABLE `api_tokens` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `name` text NOT NULL,
  `role` text NOT NULL,
  `token_hash` text NOT NULL,
  `expires_at` datetime NOT NULL,
  `revoked_at` datetime NULL,
  `location_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `api_tokens_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL
);
CREATE UNIQUE INDEX `api_tokens_token_hash_key` ON `api_tokens` (`token_hash`);
CREATE TABLE `accounts` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `username` text NOT NULL,
  `display_name` text NOT NULL,
  `password_hash` text NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `failed_sign_ins` integer NOT NULL DEFAULT (0),
  `locked_until` datetime NULL,
  `provider_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `accounts_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE SET NULL
);
CREATE UNIQUE INDEX `accounts_username_key` ON `accounts` (`username`);
CREATE TABLE `allergies` (
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
  `substance_code_text` text NOT NULL,
  `substance_code` text NULL,
  `substance_code_system` text NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `kind` text NOT NULL DEFAULT ('ALLERGY'),
  `category` text NULL,
  `criticality` text NULL,
  `verification` text NOT NULL DEFAULT ('CONFIRMED'),
  `reaction` text NULL,
  `severity` text NULL,
  `onset` text NULL,
  `recorded_at` datetime NOT NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `allergies_patients_allergies` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `allergy_patient_id_recorded_at_id` ON `allergies` (`patient_id`, `recorded_at`, `id`);
CREATE UNIQUE INDEX `allergy_source` ON `allergies` (`source`);
CREATE TABLE `audit_chains` (
  `id` text NOT NULL,
  `started_at` datetime NOT NULL,
  `position` integer NOT NULL,
  `hash` text NOT NULL,
  PRIMARY KEY (`id`)
);
CREATE TABLE `audit_events` (
  `id` text NOT NULL,
  `at` datetime NOT NULL,
  `action` text NOT NULL,
  `outcome` text NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `roles` text NOT NULL,
  `patient_id` text NULL,
  `entity_type` text NOT NULL,
  `entity_id` text NOT NULL,
  `detail` text NOT NULL DEFAULT (''),
  `operation` text NOT NULL DEFAULT (''),
  `purpose` text NOT NULL DEFAULT (''),
  `request_id` text NOT NULL DEFAULT (''),
  `remote_ip` text NOT NULL DEFAULT (''),
  `chain` text NOT NULL DEFAULT (''),
  `position` integer NULL,
  `hash` text NULL,
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `auditevent_chain_position` ON `audit_events` (`chain`, `position`);
CREATE INDEX `auditevent_patient_id_at_id` ON `audit_events` (`patient_id`, `at`, `id`);
CREATE INDEX `auditevent_actor_id_at_id` ON `audit_events` (`actor_id`, `at`, `id`);
CREATE INDEX `auditevent_at_id` ON `audit_events` (`at`, `id`);
CREATE TABLE `break_glasses` (
  `id` text NOT NULL,
  `actor_id` text NOT NULL,
  `session_id` text NOT NULL,
  `reason` text NOT NULL,
  `at` datetime NOT NULL,
  `until` datetime NOT NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `break_glasses_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `breakglass_session_id_until` ON `break_glasses` (`session_id`, `until`);
CREATE TABLE `concepts` (
  `id` text NOT NULL,
  `system` text NOT NULL,
  `code` text NOT NULL,
  `display` text NOT NULL,
  `folded` text NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `concept_system_code` ON `concepts` (`system`, `code`);
CREATE INDEX `concept_system_folded_id` ON `concepts` (`system`, `folded`, `id`);
CREATE TABLE `consents` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `kind` text NOT NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `decision` text NOT NULL DEFAULT ('PERMIT'),
  `given_at` datetime NOT NULL,
  `expires_on` text NULL,
  `scope` text NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `consents_patients_consents` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `consent_patient_id_given_at_id` ON `consents` (`patient_id`, `given_at`, `id`);
CREATE TABLE `fhir_identifiers` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `resource_type` text NOT NULL,
  `identifier` text NOT NULL,
  `resource_id` text NOT NULL
);
CREATE UNIQUE INDEX `fhiridentifier_resource_type_identifier_resource_id` ON `fhir_identifiers` (`resource_type`, `identifier`, `resource_id`);
CREATE TABLE `fhir_resources` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `resource_type` text NOT NULL,
  `resource_id` text NOT NULL,
  `content_hash` text NOT NULL,
  `patient_id` text NULL,
  `entity_id` text NULL,
  `raw` text NULL,
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `fhirresource_resource_type_resource_id` ON `fhir_resources` (`resource_type`, `resource_id`);
CREATE INDEX `fhirresource_patient_id_resource_type_id` ON `fhir_resources` (`patient_id`, `resource_type`, `id`);
CREATE INDEX `fhirresource_resource_type_id` ON `fhir_resources` (`resource_type`, `id`);
CREATE TABLE `outbox` (
  `seq` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `xid` integer NULL DEFAULT (0),
  `topic` text NOT NULL,
  `entity_id` text NOT NULL,
  `location_id` text NOT NULL DEFAULT (''),
  `actor_id` text NOT NULL DEFAULT (''),
  `payload` text NOT NULL DEFAULT ('{}'),
  `at` datetime NOT NULL
);
CREATE INDEX `fact_xid_seq` ON `outbox` (`xid`, `seq`);
CREATE TABLE `history_entries` (
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
  `kind` text NOT NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `value` text NULL,
  `relationship` text NULL,
  `onset` text NULL,
  `note` text NULL,
  `recorded_at` datetime NOT NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `history_entries_patients_histories` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `historyentry_patient_id_recorded_at_id` ON `history_entries` (`patient_id`, `recorded_at`, `id`);
CREATE UNIQUE INDEX `historyentry_source` ON `history_entries` (`source`);
CREATE TABLE `immunizations` (
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
  `vaccine_code_text` text NOT NULL,
  `vaccine_code` text NULL,
  `vaccine_code_system` text NULL,
  `visit_id` text NULL,
  `status` text NOT NULL DEFAULT ('COMPLETED'),
  `occurred_at` datetime NOT NULL,
  `lot` text NULL,
  `manufacturer` text NULL,
  `expires_on` text NULL,
  `site` text NULL,
  `route` text NULL,
  `dose` text NULL,
  `not_done_reason` text NULL,
  `primary_source` bool NOT NULL DEFAULT (true),
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `immunizations_patients_immunizations` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `immunization_patient_id_occurred_at_id` ON `immunizations` (`patient_id`, `occurred_at`, `id`);
CREATE INDEX `immunization_visit_id` ON `immunizations` (`visit_id`);
CREATE UNIQUE INDEX `immunization_source` ON `immunizations` (`source`);
CREATE TABLE `locations` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `source` text NULL,
  `name` text NOT NULL,
  `line` text NULL,
  `city` text NULL,
  `state` text NULL,
  `postal_code` text NULL,
  `phone` text NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `location_source` ON `locations` (`source`);
CREATE TABLE `patients` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `source` text NULL,
  `mrn` text NOT NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `family_name` text NOT NULL,
  `given_name` text NOT NULL DEFAULT (''),
  `name_prefix` text NULL,
  `name_suffix` text NULL,
  `preferred_name` text NULL,
  `sort_name` text NOT NULL DEFAULT (''),
  `birth_date` text NULL,
  `sex` text NOT NULL DEFAULT ('UNKNOWN'),
  `gender_identity` text NULL,
  `marital_status` text NULL,
  `languages` json NULL,
  `deceased` bool NOT NULL DEFAULT (false),
  `deceased_at` datetime NULL,
  `merge_reason` text NULL,
  `allergies_reviewed_at` datetime NULL,
  `allergies_reviewed_by` text NULL,
  `merged_into_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `patients_patients_merged` FOREIGN KEY (`merged_into_id`) REFERENCES `patients` (`id`) ON DELETE SET NULL
);
CREATE UNIQUE INDEX `patients_mrn_key` ON `patients` (`mrn`);
CREATE INDEX `patient_sort_name_id` ON `patients` (`sort_name`, `id`);
CREATE INDEX `patient_birth_date_id` ON `patients` (`birth_date`, `id`);
CREATE INDEX `patient_created_at_id` ON `patients` (`created_at`, `id`);
CREATE INDEX `patient_merged_into_id` ON `patients` (`merged_into_id`);
CREATE UNIQUE INDEX `patient_source` ON `patients` (`source`);
CREATE TABLE `patient_addresses` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `use` text NOT NULL DEFAULT ('HOME'),
  `line` text NOT NULL DEFAULT (''),
  `city` text NOT NULL DEFAULT (''),
  `state` text NOT NULL DEFAULT (''),
  `postal_code` text NOT NULL DEFAULT (''),
  `country` text NOT NULL DEFAULT (''),
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `patient_addresses_patients_addresses` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `patientaddress_patient_id_id` ON `patient_addresses` (`patient_id`, `id`);
CREATE TABLE `patient_contacts` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `relationship` text NOT NULL DEFAULT (''),
  `phone` text NULL,
  `email` text NULL,
  `emergency` bool NOT NULL DEFAULT (false),
  `ended_at` datetime NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `patient_contacts_patients_contacts` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `patientcontact_patient_id_id` ON `patient_contacts` (`patient_id`, `id`);
CREATE TABLE `patient_identifiers` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `system` text NOT NULL,
  `value` text NOT NULL,
  `type` text NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `patient_identifiers_patients_identifiers` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `patientidentifier_system_value` ON `patient_identifiers` (`system`, `value`);
CREATE INDEX `patientidentifier_patient_id_id` ON `patient_identifiers` (`patient_id`, `id`);
CREATE TABLE `patient_numbers` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `drawn_at` datetime NOT NULL
);
CREATE TABLE `patient_telecoms` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `system` text NOT NULL,
  `use` text NOT NULL DEFAULT ('HOME'),
  `value` text NOT NULL,
  `rank` integer NOT NULL DEFAULT (1),
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `patient_telecoms_patients_telecoms` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `patienttelecom_patient_id_id` ON `patient_telecoms` (`patient_id`, `id`);
CREATE TABLE `patient_terms` (
  `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  `kind` text NOT NULL,
  `word` text NOT NULL,
  `patient_id` text NOT NULL,
  CONSTRAINT `patient_terms_patients_terms` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `patientterm_word_kind_patient_id` ON `patient_terms` (`word`, `kind`, `patient_id`);
CREATE INDEX `patientterm_patient_id` ON `patient_terms` (`patient_id`);
CREATE TABLE `practices` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `npi` text NULL,
  `tax_id` text NULL,
  `time_zone` text NOT NULL DEFAULT ('UTC'),
  `currency` text NOT NULL DEFAULT ('USD'),
  `phone` text NULL,
  PRIMARY KEY (`id`)
);
CREATE TABLE `problems` (
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
  `visit_id` text NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `onset` text NULL,
  `abatement` text NULL,
  `note` text NULL,
  `recorded_at` datetime NOT NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `problems_patients_problems` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `problem_patient_id_recorded_at_id` ON `problems` (`patient_id`, `recorded_at`, `id`);
CREATE INDEX `problem_patient_id_onset_id` ON `problems` (`patient_id`, `onset`, `id`);
CREATE INDEX `problem_visit_id` ON `problems` (`visit_id`);
CREATE UNIQUE INDEX `problem_source` ON `problems` (`source`);
CREATE TABLE `providers` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `source` text NULL,
  `family_name` text NOT NULL,
  `given_name` text NOT NULL DEFAULT (''),
  `name_prefix` text NULL,
  `name_suffix` text NULL,
  `sort_name` text NOT NULL DEFAULT (''),
  `npi` text NULL,
  `specialty` text NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE INDEX `provider_sort_name_id` ON `providers` (`sort_name`, `id`);
CREATE INDEX `provider_npi` ON `providers` (`npi`);
CREATE UNIQUE INDEX `provider_source` ON `providers` (`source`);
CREATE TABLE `requests` (
  `id` text NOT NULL,
  `input_hash` text NOT NULL,
  `result_id` text NOT NULL,
  `at` datetime NOT NULL,
  PRIMARY KEY (`id`)
);
CREATE INDEX `request_at` ON `requests` (`at`);
CREATE TABLE `role_grants` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `role` text NOT NULL,
  `revoked_at` datetime NULL,
  `account_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `role_grants_accounts_grants` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `rolegrant_account_id_role` ON `role_grants` (`account_id`, `role`);
CREATE TABLE `rooms` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `kind` text NOT NULL DEFAULT ('EXAM'),
  `position` integer NOT NULL DEFAULT (0),
  `active` bool NOT NULL DEFAULT (true),
  `status` text NOT NULL DEFAULT ('AVAILABLE'),
  `status_since` datetime NOT NULL,
  `out_of_service_reason` text NULL,
  `location_id` text NOT NULL,
  `visit_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `rooms_locations_rooms` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `rooms_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL
);
CREATE INDEX `room_location_id_position_id` ON `rooms` (`location_id`, `position`, `id`);
CREATE UNIQUE INDEX `room_visit_id` ON `rooms` (`visit_id`);
CREATE TABLE `room_stays` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `patient_id` text NOT NULL,
  `status` text NOT NULL,
  `started_at` datetime NOT NULL,
  `ended_at` datetime NULL,
  `room_id` text NOT NULL,
  `visit_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `room_stays_rooms_room` FOREIGN KEY (`room_id`) REFERENCES `rooms` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `room_stays_visits_stays` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `roomstay_visit_id_started_at_id` ON `room_stays` (`visit_id`, `started_at`, `id`);
CREATE INDEX `roomstay_room_id_started_at` ON `room_stays` (`room_id`, `started_at`);
CREATE TABLE `secrets` (
  `id` text NOT NULL,
  `value` blob NOT NULL,
  PRIMARY KEY (`id`)
);
CREATE TABLE `sessions` (
  `id` text NOT NULL,
  `token_hash` text NOT NULL,
  `created_at` datetime NOT NULL,
  `expires_at` datetime NOT NULL,
  `revoked_at` datetime NULL,
  `remote_ip` text NOT NULL DEFAULT (''),
  `user_agent` text NOT NULL DEFAULT (''),
  `account_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `sessions_accounts_account` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `sessions_token_hash_key` ON `sessions` (`token_hash`);
CREATE INDEX `session_account_id` ON `sessions` (`account_id`);
CREATE TABLE `stage_changes` (
  `id` text NOT NULL,
  `patient_id` text NOT NULL,
  `from_stage_id` text NULL,
  `from_name` text NULL,
  `to_stage_id` text NOT NULL,
  `to_name` text NOT NULL,
  `to_category` text NOT NULL,
  `from_room_id` text NULL,
  `to_room_id` text NULL,
  `from_since` datetime NULL,
  `at` datetime NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `undone_at` datetime NULL,
  `visit_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `stage_changes_visits_changes` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `stagechange_visit_id_at_id` ON `stage_changes` (`visit_id`, `at`, `id`);
CREATE TABLE `visits` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `source` text NULL,
  `status` text NOT NULL,
  `visit_class` text NOT NULL DEFAULT ('AMBULATORY'),
  `reason` text NULL,
  `started_at` datetime NOT NULL,
  `ended_at` datetime NULL,
  `stage_since` datetime NOT NULL,
  `on_board` bool NOT NULL DEFAULT (false),
  `patient_id` text NOT NULL,
  `location_id` text NULL,
  `provider_id` text NULL,
  `type_id` text NULL,
  `stage_id` text NULL,
  `room_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `visits_patients_visits` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `visits_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL,
  CONSTRAINT `visits_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE SET NULL,
  CONSTRAINT `visits_visit_types_type` FOREIGN KEY (`type_id`) REFERENCES `visit_types` (`id`) ON DELETE SET NULL,
  CONSTRAINT `visits_visit_stages_stage` FOREIGN KEY (`stage_id`) REFERENCES `visit_stages` (`id`) ON DELETE SET NULL,
  CONSTRAINT `visits_rooms_room` FOREIGN KEY (`room_id`) REFERENCES `rooms` (`id`) ON DELETE SET NULL
);
CREATE INDEX `visit_patient_id_started_at_id` ON `visits` (`patient_id`, `started_at`, `id`);
CREATE INDEX `visit_location_id_on_board` ON `visits` (`location_id`, `on_board`);
CREATE INDEX `visit_started_at_id` ON `visits` (`started_at`, `id`);
CREATE INDEX `visit_provider_id_started_at_id` ON `visits` (`provider_id`, `started_at`, `id`);
CREATE INDEX `visit_room_id` ON `visits` (`room_id`);
CREATE UNIQUE INDEX `visit_source` ON `visits` (`source`);
CREATE TABLE `visit_checks` (
  `id` text NOT NULL,
  `position` integer NOT NULL,
  `item` text NOT NULL,
  `done_at` datetime NULL,
  `done_by` text NULL,
  `visit_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `visit_checks_visits_checks` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `visitcheck_visit_id_position` ON `visit_checks` (`visit_id`, `position`);
CREATE TABLE `visit_notes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `patient_id` text NOT NULL,
  `kind` text NOT NULL DEFAULT ('PROGRESS'),
  `status` text NOT NULL DEFAULT ('DRAFT'),
  `text` text NOT NULL,
  `author_id` text NOT NULL,
  `author_name` text NOT NULL,
  `signed_at` datetime NULL,
  `signed_by` text NULL,
  `visit_id` text NOT NULL,
  `amends_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `visit_notes_visits_notes` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `visit_notes_visit_notes_amendments` FOREIGN KEY (`amends_id`) REFERENCES `visit_notes` (`id`) ON DELETE SET NULL
);
CREATE INDEX `visitnote_visit_id_created_at_id` ON `visit_notes` (`visit_id`, `created_at`, `id`);
CREATE INDEX `visitnote_patient_id_created_at_id` ON `visit_notes` (`patient_id`, `created_at`, `id`);
CREATE TABLE `visit_stages` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `category` text NOT NULL,
  `color` text NOT NULL DEFAULT ('#888888'),
  `alert_minutes` integer NULL,
  `position` integer NOT NULL DEFAULT (0),
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE TABLE `visit_types` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `minutes` integer NOT NULL DEFAULT (20),
  `checklist` json NULL,
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`)
);
CREATE TABLE `vital_readings` (
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
  `sign` text NOT NULL,
  `status` text NOT NULL DEFAULT ('FINAL'),
  `value` integer NULL,
  `systolic` integer NULL,
  `diastolic` integer NULL,
  `unit` text NULL,
  `entered_value` text NULL,
  `entered_unit` text NULL,
  `not_done_reason` text NULL,
  `interpretation` text NULL,
  `method` text NULL,
  `body_position` text NULL,
  `body_site` text NULL,
  `note` text NULL,
  `derived` bool NOT NULL DEFAULT (false),
  `derived_from_id` text NULL,
  `derived_with_id` text NULL,
  `taken_at` datetime NOT NULL,
  `taken_by` text NOT NULL DEFAULT (''),
  `acknowledged_at` datetime NULL,
  `acknowledged_by` text NULL,
  `patient_id` text NOT NULL,
  `visit_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `vital_readings_patients_vitals` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `vital_readings_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL
);
CREATE INDEX `vitalreading_patient_id_sign_taken_at_id` ON `vital_readings` (`patient_id`, `sign`, `taken_at`, `id`);
CREATE INDEX `vitalreading_patient_id_taken_at_id` ON `vital_readings` (`patient_id`, `taken_at`, `id`);
CREATE INDEX `vitalreading_visit_id_taken_at_id` ON `vital_readings` (`visit_id`, `taken_at`, `id`);
CREATE UNIQUE INDEX `vitalreading_source` ON `vital_readings` (`source`);
PRAGMA foreign_keys = on;

-- One visit in a room at a time, one room to a visit at a time.
CREATE UNIQUE INDEX room_stay_open_room ON room_stays (room_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX room_stay_open_visit ON room_stays (visit_id) WHERE ended_at IS NULL;
CREATE INDEX visit_board ON visits (location_id, stage_since) WHERE on_board;
CREATE INDEX audit_event_unsealed ON audit_events (at) WHERE hash IS NULL;

-- Nothing clinical and nothing of the trail is deleted.
CREATE TRIGGER patients_stay BEFORE DELETE ON patients BEGIN SELECT RAISE(ABORT, 'nothing of patients is deleted'); END;
CREATE TRIGGER patient_identifiers_stay BEFORE DELETE ON patient_identifiers BEGIN SELECT RAISE(ABORT, 'nothing of patient_identifiers is deleted'); END;
CREATE TRIGGER patient_addresses_stay BEFORE DELETE ON patient_addresses BEGIN SELECT RAISE(ABORT, 'nothing of patient_addresses is deleted'); END;
CREATE TRIGGER patient_telecoms_stay BEFORE DELETE ON patient_telecoms BEGIN SELECT RAISE(ABORT, 'nothing of patient_telecoms is deleted'); END;
CREATE TRIGGER patient_contacts_stay BEFORE DELETE ON patient_contacts BEGIN SELECT RAISE(ABORT, 'nothing of patient_contacts is deleted'); END;
CREATE TRIGGER allergies_stay BEFORE DELETE ON allergies BEGIN SELECT RAISE(ABORT, 'nothing of allergies is deleted'); END;
CREATE TRIGGER problems_stay BEFORE DELETE ON problems BEGIN SELECT RAISE(ABORT, 'nothing of problems is deleted'); END;
CREATE TRIGGER history_entries_stay BEFORE DELETE ON history_entries BEGIN SELECT RAISE(ABORT, 'nothing of history_entries is deleted'); END;
CREATE TRIGGER immunizations_stay BEFORE DELETE ON immunizations BEGIN SELECT RAISE(ABORT, 'nothing of immunizations is deleted'); END;
CREATE TRIGGER consents_stay BEFORE DELETE ON consents BEGIN SELECT RAISE(ABORT, 'nothing of consents is deleted'); END;
CREATE TRIGGER visits_stay BEFORE DELETE ON visits BEGIN SELECT RAISE(ABORT, 'nothing of visits is deleted'); END;
CREATE TRIGGER stage_changes_stay BEFORE DELETE ON stage_changes BEGIN SELECT RAISE(ABORT, 'nothing of stage_changes is deleted'); END;
CREATE TRIGGER room_stays_stay BEFORE DELETE ON room_stays BEGIN SELECT RAISE(ABORT, 'nothing of room_stays is deleted'); END;
CREATE TRIGGER visit_checks_stay BEFORE DELETE ON visit_checks BEGIN SELECT RAISE(ABORT, 'nothing of visit_checks is deleted'); END;
CREATE TRIGGER visit_notes_stay BEFORE DELETE ON visit_notes BEGIN SELECT RAISE(ABORT, 'nothing of visit_notes is deleted'); END;
CREATE TRIGGER vital_readings_stay BEFORE DELETE ON vital_readings BEGIN SELECT RAISE(ABORT, 'nothing of vital_readings is deleted'); END;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'nothing of audit_events is deleted'); END;
CREATE TRIGGER role_grants_stay BEFORE DELETE ON role_grants BEGIN SELECT RAISE(ABORT, 'nothing of role_grants is deleted'); END;
CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'nothing of accounts is deleted'); END;

-- An audit event is written once; only its seal is added later.
CREATE TRIGGER audit_events_write_once BEFORE UPDATE ON audit_events
WHEN OLD.hash IS NOT NULL OR NEW.hash IS NULL OR NEW.position IS NULL OR NEW.chain = '' OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.action IS NOT OLD.action OR NEW.outcome IS NOT OLD.outcome OR NEW.actor_id IS NOT OLD.actor_id OR NEW.actor_name IS NOT OLD.actor_name OR NEW.roles IS NOT OLD.roles OR NEW.patient_id IS NOT OLD.patient_id OR NEW.entity_type IS NOT OLD.entity_type OR NEW.entity_id IS NOT OLD.entity_id OR NEW.detail IS NOT OLD.detail OR NEW.operation IS NOT OLD.operation OR NEW.purpose IS NOT OLD.purpose OR NEW.request_id IS NOT OLD.request_id OR NEW.remote_ip IS NOT OLD.remote_ip
BEGIN SELECT RAISE(ABORT, 'an audit event is written once'); END;
