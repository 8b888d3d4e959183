-- The calendar: kinds of appointments, hours, appointments and what they claim.
CREATE TABLE `appointments` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `series_id` text NULL,
  `moved_from_id` text NULL,
  `moved_to_id` text NULL,
  `starts_at` datetime NOT NULL,
  `ends_at` datetime NOT NULL,
  `status` text NOT NULL,
  `held_until` datetime NULL,
  `reason` text NULL,
  `cancel_class` text NULL,
  `cancel_reason` text NULL,
  `overbook_reason` text NULL,
  `type_id` text NOT NULL,
  `provider_id` text NOT NULL,
  `location_id` text NOT NULL,
  `room_id` text NULL,
  `device_id` text NULL,
  `visit_id` text NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `appointments_appointment_types_type` FOREIGN KEY (`type_id`) REFERENCES `appointment_types` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `appointments_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `appointments_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `appointments_rooms_room` FOREIGN KEY (`room_id`) REFERENCES `rooms` (`id`) ON DELETE SET NULL,
  CONSTRAINT `appointments_devices_device` FOREIGN KEY (`device_id`) REFERENCES `devices` (`id`) ON DELETE SET NULL,
  CONSTRAINT `appointments_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `appointments_patients_appointments` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `appointment_patient_id_starts_at_id` ON `appointments` (`patient_id`, `starts_at`, `id`);
CREATE INDEX `appointment_location_id_starts_at_id` ON `appointments` (`location_id`, `starts_at`, `id`);
CREATE INDEX `appointment_provider_id_starts_at_id` ON `appointments` (`provider_id`, `starts_at`, `id`);
CREATE INDEX `appointment_starts_at_id` ON `appointments` (`starts_at`, `id`);
CREATE INDEX `appointment_status_starts_at_id` ON `appointments` (`status`, `starts_at`, `id`);
CREATE INDEX `appointment_series_id` ON `appointments` (`series_id`);
CREATE UNIQUE INDEX `appointment_visit_id` ON `appointments` (`visit_id`);
CREATE UNIQUE INDEX `appointment_moved_from_id` ON `appointments` (`moved_from_id`);
CREATE UNIQUE INDEX `appointment_moved_to_id` ON `appointments` (`moved_to_id`);
CREATE INDEX `appointment_room_id` ON `appointments` (`room_id`);
CREATE INDEX `appointment_device_id` ON `appointments` (`device_id`);
CREATE TABLE `appointment_types` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `minutes` integer NOT NULL DEFAULT (20),
  `buffer_before` integer NOT NULL DEFAULT (0),
  `buffer_after` integer NOT NULL DEFAULT (0),
  `alignment` integer NOT NULL DEFAULT (10),
  `least_notice` integer NOT NULL DEFAULT (0),
  `most_notice` integer NOT NULL DEFAULT (180),
  `late_cancel` integer NOT NULL DEFAULT (1440),
  `overbook` integer NOT NULL DEFAULT (0),
  `room_kind` text NULL,
  `device_kind` text NULL,
  `active` bool NOT NULL DEFAULT (true),
  `visit_type_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `appointment_types_visit_types_visit_type` FOREIGN KEY (`visit_type_id`) REFERENCES `visit_types` (`id`) ON DELETE SET NULL
);
CREATE TABLE `availabilities` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `rule` text NOT NULL,
  `begins_on` text NOT NULL,
  `from_minute` integer NOT NULL,
  `to_minute` integer NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `provider_id` text NOT NULL,
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `availabilities_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `availabilities_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `availability_provider_id` ON `availabilities` (`provider_id`);
CREATE INDEX `availability_location_id` ON `availabilities` (`location_id`);
CREATE TABLE `availability_exceptions` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `kind` text NOT NULL,
  `starts_at` datetime NOT NULL,
  `ends_at` datetime NOT NULL,
  `reason` text NOT NULL DEFAULT (''),
  `active` bool NOT NULL DEFAULT (true),
  `provider_id` text NOT NULL,
  `location_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `availability_exceptions_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `availability_exceptions_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL
);
CREATE INDEX `availabilityexception_provider_id_ends_at` ON `availability_exceptions` (`provider_id`, `ends_at`);
CREATE INDEX `availabilityexception_location_id` ON `availability_exceptions` (`location_id`);
CREATE TABLE `booking_claims` (
  `id` text NOT NULL,
  `kind` text NOT NULL,
  `resource_id` text NOT NULL,
  `lane` integer NOT NULL DEFAULT (0),
  `starts_at` datetime NOT NULL,
  `ends_at` datetime NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `held_until` datetime NULL,
  `appointment_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `booking_claims_appointments_claims` FOREIGN KEY (`appointment_id`) REFERENCES `appointments` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `bookingclaim_appointment_id` ON `booking_claims` (`appointment_id`);
CREATE INDEX `bookingclaim_resource_id_active_starts_at` ON `booking_claims` (`resource_id`, `active`, `starts_at`);
CREATE TABLE `devices` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `kind` text NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `devices_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `device_location_id_kind` ON `devices` (`location_id`, `kind`);

-- Nobody and nothing is booked twice at a time. Every transaction that writes is
-- alone, so what the trigger sees is all there is.
CREATE TRIGGER booking_claims_overlap_insert BEFORE INSERT ON booking_claims WHEN NEW.active BEGIN
  SELECT RAISE(ABORT, 'booking claims overlap') WHERE EXISTS (SELECT 1 FROM booking_claims c WHERE c.resource_id = NEW.resource_id
    AND c.lane = NEW.lane AND c.active AND c.id <> NEW.id AND c.starts_at < NEW.ends_at AND c.ends_at > NEW.starts_at);
END;
CREATE TRIGGER booking_claims_overlap_update BEFORE UPDATE ON booking_claims WHEN NEW.active BEGIN
  SELECT RAISE(ABORT, 'booking claims overlap') WHERE EXISTS (SELECT 1 FROM booking_claims c WHERE c.resource_id = NEW.resource_id
    AND c.lane = NEW.lane AND c.active AND c.id <> NEW.id AND c.starts_at < NEW.ends_at AND c.ends_at > NEW.starts_at);
END;

CREATE TRIGGER appointments_stay BEFORE DELETE ON appointments BEGIN SELECT RAISE(ABORT, 'nothing of appointments is deleted'); END;
CREATE TRIGGER booking_claims_stay BEFORE DELETE ON booking_claims BEGIN SELECT RAISE(ABORT, 'nothing of booking_claims is deleted'); END;
