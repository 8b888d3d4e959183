-- The calendar: kinds of appointments, hours, appointments and what they claim.
CREATE TABLE "appointment_types" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "minutes" bigint NOT NULL DEFAULT 20,
  "buffer_before" bigint NOT NULL DEFAULT 0,
  "buffer_after" bigint NOT NULL DEFAULT 0,
  "alignment" bigint NOT NULL DEFAULT 10,
  "least_notice" bigint NOT NULL DEFAULT 0,
  "most_notice" bigint NOT NULL DEFAULT 180,
  "late_cancel" bigint NOT NULL DEFAULT 1440,
  "overbook" bigint NOT NULL DEFAULT 0,
  "room_kind" character varying COLLATE "C" NULL,
  "device_kind" character varying COLLATE "C" NULL,
  "active" boolean NOT NULL DEFAULT true,
  "visit_type_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "appointment_types_visit_types_visit_type" FOREIGN KEY ("visit_type_id") REFERENCES "visit_types" ("id") ON DELETE SET NULL
);
CREATE TABLE "devices" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  "location_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "devices_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION
);
CREATE INDEX "device_location_id_kind" ON "devices" ("location_id", "kind");
CREATE TABLE "appointments" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "series_id" character varying COLLATE "C" NULL,
  "moved_from_id" character varying COLLATE "C" NULL,
  "moved_to_id" character varying COLLATE "C" NULL,
  "starts_at" timestamptz NOT NULL,
  "ends_at" timestamptz NOT NULL,
  "status" character varying COLLATE "C" NOT NULL,
  "held_until" timestamptz NULL,
  "reason" character varying COLLATE "C" NULL,
  "cancel_class" character varying COLLATE "C" NULL,
  "cancel_reason" character varying COLLATE "C" NULL,
  "overbook_reason" character varying COLLATE "C" NULL,
  "type_id" character varying COLLATE "C" NOT NULL,
  "provider_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "room_id" character varying COLLATE "C" NULL,
  "device_id" character varying COLLATE "C" NULL,
  "visit_id" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "appointments_appointment_types_type" FOREIGN KEY ("type_id") REFERENCES "appointment_types" ("id") ON DELETE NO ACTION,
  CONSTRAINT "appointments_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE NO ACTION,
  CONSTRAINT "appointments_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "appointments_rooms_room" FOREIGN KEY ("room_id") REFERENCES "rooms" ("id") ON DELETE SET NULL,
  CONSTRAINT "appointments_devices_device" FOREIGN KEY ("device_id") REFERENCES "devices" ("id") ON DELETE SET NULL,
  CONSTRAINT "appointments_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL,
  CONSTRAINT "appointments_patients_appointments" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION
);
CREATE INDEX "appointment_patient_id_starts_at_id" ON "appointments" ("patient_id", "starts_at", "id");
CREATE INDEX "appointment_location_id_starts_at_id" ON "appointments" ("location_id", "starts_at", "id");
CREATE INDEX "appointment_provider_id_starts_at_id" ON "appointments" ("provider_id", "starts_at", "id");
CREATE INDEX "appointment_starts_at_id" ON "appointments" ("starts_at", "id");
CREATE INDEX "appointment_status_starts_at_id" ON "appointments" ("status", "starts_at", "id");
CREATE INDEX "appointment_series_id" ON "appointments" ("series_id");
CREATE UNIQUE INDEX "appointment_visit_id" ON "appointments" ("visit_id");
CREATE UNIQUE INDEX "appointment_moved_from_id" ON "appointments" ("moved_from_id");
CREATE UNIQUE INDEX "appointment_moved_to_id" ON "appointments" ("moved_to_id");
CREATE INDEX "appointment_room_id" ON "appointments" ("room_id");
CREATE INDEX "appointment_device_id" ON "appointments" ("device_id");
CREATE TABLE "availabilities" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "rule" character varying COLLATE "C" NOT NULL,
  "begins_on" character varying COLLATE "C" NOT NULL,
  "from_minute" bigint NOT NULL,
  "to_minute" bigint NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  "provider_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "availabilities_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE NO ACTION,
  CONSTRAINT "availabilities_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION
);
CREATE INDEX "availability_provider_id" ON "availabilities" ("provider_id");
CREATE INDEX "availability_location_id" ON "availabilities" ("location_id");
CREATE TABLE "availability_exceptions" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "kind" character varying COLLATE "C" NOT NULL,
  "starts_at" timestamptz NOT NULL,
  "ends_at" timestamptz NOT NULL,
  "reason" character varying COLLATE "C" NOT NULL DEFAULT '',
  "active" boolean NOT NULL DEFAULT true,
  "provider_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "availability_exceptions_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE NO ACTION,
  CONSTRAINT "availability_exceptions_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL
);
CREATE INDEX "availabilityexception_provider_id_ends_at" ON "availability_exceptions" ("provider_id", "ends_at");
CREATE INDEX "availabilityexception_location_id" ON "availability_exceptions" ("location_id");
CREATE TABLE "booking_claims" (
  "id" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "resource_id" character varying COLLATE "C" NOT NULL,
  "lane" bigint NOT NULL DEFAULT 0,
  "starts_at" timestamptz NOT NULL,
  "ends_at" timestamptz NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  "held_until" timestamptz NULL,
  "appointment_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "booking_claims_appointments_claims" FOREIGN KEY ("appointment_id") REFERENCES "appointments" ("id") ON DELETE NO ACTION
);
CREATE INDEX "bookingclaim_appointment_id" ON "booking_claims" ("appointment_id");
CREATE INDEX "bookingclaim_resource_id_active_starts_at" ON "booking_claims" ("resource_id", "active", "starts_at");

-- Nobody and nothing is booked twice at a time. A resource and its lane are
-- compared by their hash, as a range of one number: GiST compares ranges out of
-- the box, texts only with an extension that not every server has. Should two
-- ever have the same hash, a booking is refused that could be had, never made
-- that could not.
ALTER TABLE booking_claims ADD CONSTRAINT booking_claims_overlap EXCLUDE USING gist (
  numrange(hashtextextended(resource_id || ' ' || lane, 0)::numeric, hashtextextended(resource_id || ' ' || lane, 0)::numeric, '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&
) WHERE (active);

CREATE TRIGGER appointments_stay BEFORE DELETE ON appointments FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER booking_claims_stay BEFORE DELETE ON booking_claims FOR EACH ROW EXECUTE FUNCTION stay();
