-- Letters to people outside, and when patients are reminded of appointments.
CREATE TABLE "letters" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "mark" character varying COLLATE "C" NOT NULL,
  "about" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "channel" character varying COLLATE "C" NOT NULL DEFAULT 'EMAIL',
  "state" character varying COLLATE "C" NOT NULL DEFAULT 'WAITING',
  "due_at" timestamptz NOT NULL,
  "until" timestamptz NULL,
  "next_at" timestamptz NOT NULL,
  "attempts" bigint NOT NULL DEFAULT 0,
  "sent_at" timestamptz NULL,
  "location_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "letters_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL
);
CREATE UNIQUE INDEX "letters_mark_key" ON "letters" ("mark");
CREATE INDEX "letter_about_due_at_id" ON "letters" ("about", "due_at", "id");
CREATE INDEX "letter_state_next_at_id" ON "letters" ("state", "next_at", "id");
CREATE INDEX "letter_location_id" ON "letters" ("location_id");
CREATE TRIGGER letters_stay BEFORE DELETE ON letters FOR EACH ROW EXECUTE FUNCTION stay();

ALTER TABLE "appointment_types" ADD COLUMN "remind_before" bigint NOT NULL DEFAULT 1440;

-- Calendars of providers under secret addresses; only the hash of a secret is kept.
CREATE TABLE "calendar_feeds" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "secret_hash" character varying COLLATE "C" NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  "provider_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "calendar_feeds_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE NO ACTION
);
CREATE UNIQUE INDEX "calendar_feeds_secret_hash_key" ON "calendar_feeds" ("secret_hash");
CREATE INDEX "calendarfeed_provider_id" ON "calendar_feeds" ("provider_id");
CREATE TRIGGER calendar_feeds_stay BEFORE DELETE ON calendar_feeds FOR EACH ROW EXECUTE FUNCTION stay();

-- A kit may be what visits of a type need.
ALTER TABLE "kits" ADD COLUMN "visit_type_id" character varying COLLATE "C" NULL;
CREATE INDEX "kit_visit_type_id" ON "kits" ("visit_type_id");

-- A task may be given to somebody else, with a reason.
ALTER TABLE "tasks" ADD COLUMN "reassign_reason" character varying COLLATE "C" NULL;
