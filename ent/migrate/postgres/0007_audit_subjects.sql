-- An event of the trail may be about several patients: those of a page that was
-- shown. Here the events of a patient are found. What an event is about stands
-- in the event itself, sealed; verify compares.
CREATE TABLE "audit_subjects" (
  "patient_id" character varying COLLATE "C" NOT NULL,
  "at" timestamptz NOT NULL,
  "id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("patient_id", "at", "id")
);
INSERT INTO audit_subjects SELECT patient_id, at, id FROM audit_events WHERE patient_id IS NOT NULL;
DROP INDEX "auditevent_patient_id_at_id";

CREATE FUNCTION subject_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what an event is about is written once';
END $$;
CREATE TRIGGER audit_subjects_write_once BEFORE UPDATE ON audit_subjects FOR EACH ROW EXECUTE FUNCTION subject_once();

-- It goes with its event.
CREATE FUNCTION stay_with_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM audit_events e WHERE e.id = OLD.id) THEN
    RAISE EXCEPTION 'nothing of % is deleted', TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER audit_subjects_stay BEFORE DELETE ON audit_subjects FOR EACH ROW EXECUTE FUNCTION stay_with_event();
