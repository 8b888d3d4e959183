-- Who pays for patients, in which order and when, and whose money came in.
ALTER TABLE "payments" ADD COLUMN "payer_id" character varying COLLATE "C" NULL;
CREATE INDEX "payment_payer_id" ON "payments" ("payer_id");
CREATE TABLE "payers" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "number" character varying COLLATE "C" NULL,
  "line" character varying COLLATE "C" NULL,
  "city" character varying COLLATE "C" NULL,
  "state" character varying COLLATE "C" NULL,
  "postal_code" character varying COLLATE "C" NULL,
  "phone" character varying COLLATE "C" NULL,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id")
);
CREATE INDEX "payer_name_id" ON "payers" ("name", "id");
CREATE UNIQUE INDEX "payer_number" ON "payers" ("number");
CREATE TABLE "coverages" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "rank" bigint NOT NULL,
  "member_id" character varying COLLATE "C" NOT NULL,
  "group_number" character varying COLLATE "C" NULL,
  "plan" character varying COLLATE "C" NULL,
  "relationship" character varying COLLATE "C" NOT NULL,
  "subscriber_family" character varying COLLATE "C" NULL,
  "subscriber_given" character varying COLLATE "C" NULL,
  "subscriber_birth" character varying COLLATE "C" NULL,
  "valid_from" character varying COLLATE "C" NOT NULL,
  "valid_to" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "payer_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "coverages_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "coverages_payers_payer" FOREIGN KEY ("payer_id") REFERENCES "payers" ("id") ON DELETE NO ACTION,
  CONSTRAINT "coverages_rank" CHECK (rank BETWEEN 1 AND 3),
  CONSTRAINT "coverages_time" CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX "coverage_patient_id_rank_valid_from_id" ON "coverages" ("patient_id", "rank", "valid_from", "id");
CREATE INDEX "coverage_payer_id" ON "coverages" ("payer_id");

-- What was a mistake is taken back, not deleted.
CREATE TRIGGER payers_stay BEFORE DELETE ON payers FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER coverages_stay BEFORE DELETE ON coverages FOR EACH ROW EXECUTE FUNCTION stay();
