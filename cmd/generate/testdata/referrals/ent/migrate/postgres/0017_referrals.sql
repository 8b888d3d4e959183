-- Patients who are sent to a specialist.
CREATE TABLE "referrals" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "specialty" character varying COLLATE "C" NOT NULL,
  "reason" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "outcome" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "referrals_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION
);
CREATE INDEX "referral_created_at_id" ON "referrals" ("created_at", "id");
CREATE INDEX "referral_patient_id_created_at_id" ON "referrals" ("patient_id", "created_at", "id");
CREATE INDEX "referral_status_created_at_id" ON "referrals" ("status", "created_at", "id");
CREATE TRIGGER referrals_stay BEFORE DELETE ON referrals FOR EACH ROW EXECUTE FUNCTION stay();
