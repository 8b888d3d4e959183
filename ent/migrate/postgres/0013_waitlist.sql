-- Who wants an earlier time, should one get free.
CREATE TABLE "waitlist_entries" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "earliest" character varying COLLATE "C" NOT NULL,
  "latest" character varying COLLATE "C" NOT NULL,
  "from_minute" bigint NOT NULL DEFAULT 0,
  "to_minute" bigint NOT NULL DEFAULT 1440,
  "priority" bigint NOT NULL DEFAULT 0,
  "note" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'WAITING',
  "offered_until" timestamptz NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "type_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "provider_id" character varying COLLATE "C" NULL,
  "offer_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "waitlist_entries_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "waitlist_entries_appointment_types_type" FOREIGN KEY ("type_id") REFERENCES "appointment_types" ("id") ON DELETE NO ACTION,
  CONSTRAINT "waitlist_entries_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "waitlist_entries_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE SET NULL,
  CONSTRAINT "waitlist_entries_appointments_offer" FOREIGN KEY ("offer_id") REFERENCES "appointments" ("id") ON DELETE SET NULL
);
CREATE INDEX "waitlistentry_status_location_id_priority_created_at" ON "waitlist_entries" ("status", "location_id", "priority", "created_at");
CREATE INDEX "waitlistentry_created_at_id" ON "waitlist_entries" ("created_at", "id");
CREATE INDEX "waitlistentry_patient_id" ON "waitlist_entries" ("patient_id");
CREATE INDEX "waitlistentry_offer_id" ON "waitlist_entries" ("offer_id");
CREATE INDEX "waitlistentry_type_id" ON "waitlist_entries" ("type_id");
CREATE INDEX "waitlistentry_provider_id" ON "waitlist_entries" ("provider_id");
CREATE INDEX "waitlistentry_location_id" ON "waitlist_entries" ("location_id");

-- What became of a wish stays.
CREATE TRIGGER waitlist_entries_stay BEFORE DELETE ON waitlist_entries FOR EACH ROW EXECUTE FUNCTION stay();
