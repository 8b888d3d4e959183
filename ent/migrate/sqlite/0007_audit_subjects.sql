-- An event of the trail may be about several patients: those of a page that was
-- shown. Here the events of a patient are found. What an event is about stands
-- in the event itself, sealed; verify compares.
CREATE TABLE `audit_subjects` (
  `patient_id` text NOT NULL,
  `at` datetime NOT NULL,
  `id` text NOT NULL,
  PRIMARY KEY (`patient_id`, `at`, `id`)
) WITHOUT ROWID;
INSERT INTO audit_subjects SELECT patient_id, at, id FROM audit_events WHERE patient_id IS NOT NULL;
DROP INDEX `auditevent_patient_id_at_id`;

CREATE TRIGGER audit_subjects_write_once BEFORE UPDATE ON audit_subjects BEGIN SELECT RAISE(ABORT, 'what an event is about is written once'); END;

-- It goes with its event.
CREATE TRIGGER audit_subjects_stay BEFORE DELETE ON audit_subjects
WHEN EXISTS (SELECT 1 FROM audit_events e WHERE e.id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'nothing of audit_subjects is deleted'); END;
