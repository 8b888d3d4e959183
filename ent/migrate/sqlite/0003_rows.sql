-- Who sees which rows: a person may be bound to a location, and a role to own patients.
ALTER TABLE `accounts` ADD COLUMN `location_id` text NULL CONSTRAINT `accounts_locations_location` REFERENCES `locations` (`id`) ON DELETE SET NULL;
ALTER TABLE `role_grants` ADD COLUMN `own_patients` bool NOT NULL DEFAULT false;
CREATE INDEX `visit_provider_id_patient_id` ON `visits` (`provider_id`, `patient_id`);
