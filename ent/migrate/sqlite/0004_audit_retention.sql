-- Events of the trail that were kept long enough are removed. A gap stands in
-- the chain where they were.
CREATE TABLE `audit_gaps` (
  `id` text NOT NULL,
  `chain` text NOT NULL,
  `first_position` integer NOT NULL,
  `last_position` integer NOT NULL,
  `hash` text NOT NULL,
  `event_id` text NOT NULL,
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `auditgap_chain_first_position` ON `audit_gaps` (`chain`, `first_position`);
CREATE INDEX `auditgap_event_id` ON `audit_gaps` (`event_id`);

-- A gap is written once and stays.
CREATE TRIGGER audit_gaps_stay BEFORE DELETE ON audit_gaps BEGIN SELECT RAISE(ABORT, 'nothing of audit_gaps is deleted'); END;
CREATE TRIGGER audit_gaps_write_once BEFORE UPDATE ON audit_gaps BEGIN SELECT RAISE(ABORT, 'a gap of the audit trail is written once'); END;

-- An event goes only where a gap has been put in its place.
DROP TRIGGER audit_events_stay;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
WHEN OLD.position IS NULL OR OLD.position > coalesce((SELECT g.last_position FROM audit_gaps g
  WHERE g.chain = OLD.chain AND g.first_position <= OLD.position ORDER BY g.first_position DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'nothing of audit_events is deleted'); END;
