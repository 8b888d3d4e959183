-- What somebody is asked to do. Nothing of it is deleted: it is done or cancelled.
CREATE TABLE `tasks` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT 1,
  `about` text NOT NULL,
  `kind` text NOT NULL,
  `status` text NOT NULL DEFAULT ('REQUESTED'),
  `title` text NOT NULL,
  `role` text NULL,
  `assignee_id` text NULL,
  `urgent` bool NOT NULL DEFAULT false,
  `due_at` datetime NOT NULL,
  `accepted_at` datetime NULL,
  `accepted_by` text NULL,
  `completed_at` datetime NULL,
  `completed_by` text NULL,
  `proof` text NULL,
  `cancel_reason` text NULL,
  `escalated_at` datetime NULL,
  `patient_id` text NULL,
  `visit_id` text NULL,
  `location_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `tasks_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE SET NULL,
  CONSTRAINT `tasks_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `tasks_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE SET NULL
);
CREATE INDEX `task_due_at_id` ON `tasks` (`due_at`, `id`);
CREATE INDEX `task_status_due_at_id` ON `tasks` (`status`, `due_at`, `id`);
CREATE INDEX `task_about_created_at_id` ON `tasks` (`about`, `created_at`, `id`);
CREATE INDEX `task_proof` ON `tasks` (`proof`);
CREATE INDEX `task_patient_id_due_at_id` ON `tasks` (`patient_id`, `due_at`, `id`);
CREATE INDEX `task_visit_id_due_at_id` ON `tasks` (`visit_id`, `due_at`, `id`);
CREATE TRIGGER tasks_stay BEFORE DELETE ON tasks BEGIN SELECT RAISE(ABORT, 'nothing of tasks is deleted'); END;
