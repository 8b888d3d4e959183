-- Events of the trail that were kept long enough are removed. A gap stands in
-- the chain where they were.
CREATE TABLE "audit_gaps" (
  "id" character varying COLLATE "C" NOT NULL,
  "chain" character varying COLLATE "C" NOT NULL,
  "first_position" bigint NOT NULL,
  "last_position" bigint NOT NULL,
  "hash" character varying COLLATE "C" NOT NULL,
  "event_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "auditgap_chain_first_position" ON "audit_gaps" ("chain", "first_position");
CREATE INDEX "auditgap_event_id" ON "audit_gaps" ("event_id");

-- A gap is written once and stays.
CREATE FUNCTION gap_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a gap of the audit trail is written once';
END $$;
CREATE TRIGGER audit_gaps_stay BEFORE DELETE ON audit_gaps FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER audit_gaps_write_once BEFORE UPDATE ON audit_gaps FOR EACH ROW EXECUTE FUNCTION gap_once();

-- An event goes only where a gap has been put in its place.
CREATE FUNCTION stay_unless_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.position <= (SELECT g.last_position FROM audit_gaps g
    WHERE g.chain = OLD.chain AND g.first_position <= OLD.position ORDER BY g.first_position DESC LIMIT 1) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'nothing of % is deleted', TG_TABLE_NAME;
END $$;
DROP TRIGGER audit_events_stay ON audit_events;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION stay_unless_gap();
