-- Patients who are sent to a specialist.
CREATE TABLE `referrals` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `specialty` text NOT NULL,
  `reason` text NOT NULL,
  `status` text NOT NULL DEFAULT ('ACTIVE'),
  `outcome` text NULL,
  `patient_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `referrals_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `referral_created_at_id` ON `referrals` (`created_at`, `id`);
CREATE INDEX `referral_patient_id_created_at_id` ON `referrals` (`patient_id`, `created_at`, `id`);
CREATE INDEX `referral_status_created_at_id` ON `referrals` (`status`, `created_at`, `id`);
CREATE TRIGGER referrals_stay BEFORE DELETE ON referrals BEGIN SELECT RAISE(ABORT, 'nothing of referrals is deleted'); END;
