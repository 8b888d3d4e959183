-- Medications: the catalogue, what is ordered, what was given, what a patient
-- takes, and the register of controlled substances.
CREATE TABLE "witness_codes" (
  "id" character varying COLLATE "C" NOT NULL,
  "account_id" character varying COLLATE "C" NOT NULL,
  "name" character varying COLLATE "C" NOT NULL,
  "hash" character varying COLLATE "C" NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  "used_by" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "witnesscode_hash" ON "witness_codes" ("hash");
CREATE INDEX "witnesscode_account_id_expires_at" ON "witness_codes" ("account_id", "expires_at");
CREATE TABLE "medications" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "source" character varying COLLATE "C" NULL,
  "code" character varying COLLATE "C" NOT NULL,
  "name" character varying COLLATE "C" NOT NULL,
  "sort_name" character varying COLLATE "C" NOT NULL,
  "form" character varying COLLATE "C" NOT NULL,
  "strength" bigint NULL,
  "strength_unit" character varying COLLATE "C" NULL,
  "per" bigint NOT NULL DEFAULT 1000000,
  "per_unit" character varying COLLATE "C" NOT NULL,
  "contents" bigint NOT NULL DEFAULT 1000000,
  "ndc" character varying COLLATE "C" NULL,
  "cvx" character varying COLLATE "C" NULL,
  "maker" character varying COLLATE "C" NULL,
  "maker_code" character varying COLLATE "C" NULL,
  "vis_edition" character varying COLLATE "C" NULL,
  "billing_code" character varying COLLATE "C" NULL,
  "routes" jsonb NULL,
  "max_dose" bigint NULL,
  "max_dose_unit" character varying COLLATE "C" NULL,
  "window_minutes" bigint NOT NULL DEFAULT 60,
  "observe_minutes" bigint NOT NULL DEFAULT 0,
  "schedule" character varying COLLATE "C" NOT NULL DEFAULT 'NONE',
  "active" boolean NOT NULL DEFAULT true,
  "item_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "medications_items_item" FOREIGN KEY ("item_id") REFERENCES "items" ("id") ON DELETE SET NULL,
  CONSTRAINT "medications_amounts" CHECK (per > 0 AND contents > 0)
);
CREATE UNIQUE INDEX "medication_code" ON "medications" ("code");
CREATE INDEX "medication_sort_name_id" ON "medications" ("sort_name", "id");
CREATE INDEX "medication_item_id" ON "medications" ("item_id");
CREATE UNIQUE INDEX "medication_source" ON "medications" ("source");
CREATE TABLE "medication_requests" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "setting" character varying COLLATE "C" NOT NULL DEFAULT 'IN_OFFICE',
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'DRAFT',
  "dose" bigint NOT NULL DEFAULT 0,
  "dose_unit" character varying COLLATE "C" NOT NULL,
  "route" character varying COLLATE "C" NOT NULL,
  "site" character varying COLLATE "C" NULL,
  "frequency" character varying COLLATE "C" NULL,
  "doses" bigint NOT NULL DEFAULT 1,
  "every_minutes" bigint NULL,
  "given" bigint NOT NULL DEFAULT 0,
  "prn" boolean NOT NULL DEFAULT false,
  "stat" boolean NOT NULL DEFAULT false,
  "reason" character varying COLLATE "C" NULL,
  "instructions" character varying COLLATE "C" NULL,
  "valid_from" timestamptz NULL,
  "valid_until" timestamptz NULL,
  "next_due_at" timestamptz NULL,
  "give_by" character varying COLLATE "C" NOT NULL DEFAULT 'NURSE',
  "quantity" bigint NULL,
  "refills" bigint NULL,
  "pharmacy" character varying COLLATE "C" NULL,
  "ordered_at" timestamptz NOT NULL,
  "signed_at" timestamptz NULL,
  "signed_by" character varying COLLATE "C" NULL,
  "signed_name" character varying COLLATE "C" NULL,
  "ended_at" timestamptz NULL,
  "end_reason" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  "location_id" character varying COLLATE "C" NULL,
  "provider_id" character varying COLLATE "C" NULL,
  "medication_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "medication_requests_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "medication_requests_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL,
  CONSTRAINT "medication_requests_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL,
  CONSTRAINT "medication_requests_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE SET NULL,
  CONSTRAINT "medication_requests_medications_medication" FOREIGN KEY ("medication_id") REFERENCES "medications" ("id") ON DELETE NO ACTION,
  CONSTRAINT "medication_requests_dose" CHECK (dose > 0),
  CONSTRAINT "medication_requests_doses" CHECK (doses > 0 AND given >= 0 AND given <= doses)
);
CREATE INDEX "medicationrequest_patient_id_ordered_at_id" ON "medication_requests" ("patient_id", "ordered_at", "id");
CREATE INDEX "medicationrequest_visit_id_ordered_at_id" ON "medication_requests" ("visit_id", "ordered_at", "id");
CREATE INDEX "medicationrequest_ordered_at_id" ON "medication_requests" ("ordered_at", "id");
CREATE INDEX "medicationrequest_status_ordered_at_id" ON "medication_requests" ("status", "ordered_at", "id");
CREATE INDEX "medicationrequest_status_valid_until" ON "medication_requests" ("status", "valid_until");
CREATE INDEX "medicationrequest_medication_id" ON "medication_requests" ("medication_id");
ALTER TABLE "immunizations" ADD COLUMN "performer" character varying COLLATE "C" NULL,
  ADD COLUMN "maker_code" character varying COLLATE "C" NULL,
  ADD COLUMN "vis_edition" character varying COLLATE "C" NULL,
  ADD COLUMN "vis_given_on" character varying COLLATE "C" NULL,
  ADD COLUMN "funding" character varying COLLATE "C" NULL;
CREATE TABLE "administrations" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL,
  "occurred_at" timestamptz NOT NULL,
  "due_at" timestamptz NULL,
  "dose" bigint NOT NULL DEFAULT 0,
  "dose_unit" character varying COLLATE "C" NOT NULL,
  "route" character varying COLLATE "C" NOT NULL,
  "site" character varying COLLATE "C" NULL,
  "units" bigint NOT NULL DEFAULT 0,
  "wasted_units" bigint NOT NULL DEFAULT 0,
  "wasted" bigint NOT NULL DEFAULT 0,
  "reason" character varying COLLATE "C" NULL,
  "note" character varying COLLATE "C" NULL,
  "given_by" character varying COLLATE "C" NOT NULL,
  "given_name" character varying COLLATE "C" NOT NULL,
  "witness_id" character varying COLLATE "C" NULL,
  "witness_name" character varying COLLATE "C" NULL,
  "observe_until" timestamptz NULL,
  "observed_at" timestamptz NULL,
  "observed_name" character varying COLLATE "C" NULL,
  "response" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "order_id" character varying COLLATE "C" NOT NULL,
  "medication_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  "location_id" character varying COLLATE "C" NULL,
  "lot_id" character varying COLLATE "C" NULL,
  "immunization_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "administrations_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "administrations_medication_requests_order" FOREIGN KEY ("order_id") REFERENCES "medication_requests" ("id") ON DELETE NO ACTION,
  CONSTRAINT "administrations_medications_medication" FOREIGN KEY ("medication_id") REFERENCES "medications" ("id") ON DELETE NO ACTION,
  CONSTRAINT "administrations_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL,
  CONSTRAINT "administrations_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL,
  CONSTRAINT "administrations_lots_lot" FOREIGN KEY ("lot_id") REFERENCES "lots" ("id") ON DELETE SET NULL,
  CONSTRAINT "administrations_immunizations_immunization" FOREIGN KEY ("immunization_id") REFERENCES "immunizations" ("id") ON DELETE SET NULL,
  CONSTRAINT "administrations_amounts" CHECK (dose >= 0 AND wasted >= 0 AND units >= 0 AND wasted_units >= 0)
);
CREATE INDEX "administration_patient_id_occurred_at_id" ON "administrations" ("patient_id", "occurred_at", "id");
CREATE INDEX "administration_visit_id_occurred_at_id" ON "administrations" ("visit_id", "occurred_at", "id");
CREATE INDEX "administration_order_id_occurred_at_id" ON "administrations" ("order_id", "occurred_at", "id");
CREATE INDEX "administration_occurred_at_id" ON "administrations" ("occurred_at", "id");
CREATE INDEX "administration_lot_id" ON "administrations" ("lot_id");
CREATE INDEX "administration_observed_at_observe_until" ON "administrations" ("observed_at", "observe_until");
CREATE TABLE "dose_reactions" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "what" character varying COLLATE "C" NOT NULL,
  "severity" character varying COLLATE "C" NOT NULL,
  "began_at" timestamptz NOT NULL,
  "treatment" character varying COLLATE "C" NULL,
  "administration_id" character varying COLLATE "C" NOT NULL,
  "allergy_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "dose_reactions_administrations_administration" FOREIGN KEY ("administration_id") REFERENCES "administrations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "dose_reactions_allergies_allergy" FOREIGN KEY ("allergy_id") REFERENCES "allergies" ("id") ON DELETE SET NULL
);
CREATE INDEX "dosereaction_administration_id_began_at_id" ON "dose_reactions" ("administration_id", "began_at", "id");
CREATE INDEX "dosereaction_patient_id" ON "dose_reactions" ("patient_id");
CREATE TABLE "medication_links" (
  "id" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "name" character varying COLLATE "C" NOT NULL,
  "folded" character varying COLLATE "C" NOT NULL,
  "code" character varying COLLATE "C" NULL,
  "code_system" character varying COLLATE "C" NULL,
  "medication_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "medication_links_medications_links" FOREIGN KEY ("medication_id") REFERENCES "medications" ("id") ON DELETE NO ACTION
);
CREATE UNIQUE INDEX "medicationlink_medication_id_kind_folded" ON "medication_links" ("medication_id", "kind", "folded");
CREATE INDEX "medicationlink_folded_kind" ON "medication_links" ("folded", "kind");
CREATE TABLE "medication_overrides" (
  "id" character varying COLLATE "C" NOT NULL,
  "reason" character varying COLLATE "C" NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "finding" character varying COLLATE "C" NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "at" timestamptz NOT NULL,
  "order_id" character varying COLLATE "C" NOT NULL,
  "administration_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "medication_overrides_medication_requests_order" FOREIGN KEY ("order_id") REFERENCES "medication_requests" ("id") ON DELETE NO ACTION,
  CONSTRAINT "medication_overrides_administrations_administration" FOREIGN KEY ("administration_id") REFERENCES "administrations" ("id") ON DELETE SET NULL
);
CREATE INDEX "medicationoverride_order_id_at_id" ON "medication_overrides" ("order_id", "at", "id");
CREATE INDEX "medicationoverride_administration_id" ON "medication_overrides" ("administration_id");
CREATE INDEX "medicationoverride_patient_id" ON "medication_overrides" ("patient_id");
CREATE TABLE "medication_statements" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "source" character varying COLLATE "C" NULL,
  "code_text" character varying COLLATE "C" NOT NULL,
  "code" character varying COLLATE "C" NULL,
  "code_system" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "origin" character varying COLLATE "C" NOT NULL DEFAULT 'REPORTED',
  "dose" character varying COLLATE "C" NULL,
  "route" character varying COLLATE "C" NULL,
  "frequency" character varying COLLATE "C" NULL,
  "started_on" character varying COLLATE "C" NULL,
  "stopped_on" character varying COLLATE "C" NULL,
  "stop_reason" character varying COLLATE "C" NULL,
  "recorded_at" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "medication_id" character varying COLLATE "C" NULL,
  "order_id" character varying COLLATE "C" NULL,
  "changed_from_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "medication_statements_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "medication_statements_medications_medication" FOREIGN KEY ("medication_id") REFERENCES "medications" ("id") ON DELETE SET NULL,
  CONSTRAINT "medication_statements_medication_requests_order" FOREIGN KEY ("order_id") REFERENCES "medication_requests" ("id") ON DELETE SET NULL,
  CONSTRAINT "medication_statements_medication_statements_changed_into" FOREIGN KEY ("changed_from_id") REFERENCES "medication_statements" ("id") ON DELETE SET NULL
);
CREATE INDEX "medicationstatement_patient_id_recorded_at_id" ON "medication_statements" ("patient_id", "recorded_at", "id");
CREATE INDEX "medicationstatement_changed_from_id" ON "medication_statements" ("changed_from_id");
CREATE INDEX "medicationstatement_order_id" ON "medication_statements" ("order_id");
CREATE UNIQUE INDEX "medicationstatement_source" ON "medication_statements" ("source");
CREATE TABLE "reconciliations" (
  "id" character varying COLLATE "C" NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "at" timestamptz NOT NULL,
  "note" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "reconciliations_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "reconciliations_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL
);
CREATE INDEX "reconciliation_patient_id_at_id" ON "reconciliations" ("patient_id", "at", "id");
CREATE INDEX "reconciliation_visit_id" ON "reconciliations" ("visit_id");
CREATE TABLE "reconciliation_lines" (
  "id" character varying COLLATE "C" NOT NULL,
  "decision" character varying COLLATE "C" NOT NULL,
  "reason" character varying COLLATE "C" NULL,
  "position" bigint NOT NULL,
  "reconciliation_id" character varying COLLATE "C" NOT NULL,
  "statement_id" character varying COLLATE "C" NOT NULL,
  "replaced_by_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "reconciliation_lines_reconciliations_lines" FOREIGN KEY ("reconciliation_id") REFERENCES "reconciliations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "reconciliation_lines_medication_statements_statement" FOREIGN KEY ("statement_id") REFERENCES "medication_statements" ("id") ON DELETE NO ACTION,
  CONSTRAINT "reconciliation_lines_medication_statements_replaced_by" FOREIGN KEY ("replaced_by_id") REFERENCES "medication_statements" ("id") ON DELETE SET NULL
);
CREATE INDEX "reconciliationline_reconciliation_id_position" ON "reconciliation_lines" ("reconciliation_id", "position");
CREATE INDEX "reconciliationline_statement_id" ON "reconciliation_lines" ("statement_id");
CREATE TABLE "register_entries" (
  "id" character varying COLLATE "C" NOT NULL,
  "version" bigint NOT NULL DEFAULT 1,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "number" bigint NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "quantity" bigint NOT NULL,
  "balance" bigint NOT NULL,
  "difference" bigint NULL,
  "movement_id" character varying COLLATE "C" NULL,
  "act_id" character varying COLLATE "C" NULL,
  "witness_id" character varying COLLATE "C" NULL,
  "witness_name" character varying COLLATE "C" NULL,
  "reason" character varying COLLATE "C" NULL,
  "at" timestamptz NOT NULL,
  "resolved_at" timestamptz NULL,
  "resolved_name" character varying COLLATE "C" NULL,
  "resolution" character varying COLLATE "C" NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "item_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "register_entries_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "register_entries_items_item" FOREIGN KEY ("item_id") REFERENCES "items" ("id") ON DELETE NO ACTION,
  CONSTRAINT "register_entries_not_negative" CHECK (balance >= 0)
);
CREATE UNIQUE INDEX "registerentry_location_id_item_id_number" ON "register_entries" ("location_id", "item_id", "number");
CREATE INDEX "registerentry_at_id" ON "register_entries" ("at", "id");
CREATE UNIQUE INDEX "registerentry_movement_id" ON "register_entries" ("movement_id");
CREATE INDEX "registerentry_item_id_at_id" ON "register_entries" ("item_id", "at", "id");

-- Nothing clinical is deleted, and a line of the register is written once: only
-- how a difference was cleared up is added.
CREATE TRIGGER medications_stay BEFORE DELETE ON medications FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER medication_requests_stay BEFORE DELETE ON medication_requests FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER medication_overrides_stay BEFORE DELETE ON medication_overrides FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER administrations_stay BEFORE DELETE ON administrations FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER dose_reactions_stay BEFORE DELETE ON dose_reactions FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER register_entries_stay BEFORE DELETE ON register_entries FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER medication_statements_stay BEFORE DELETE ON medication_statements FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER reconciliations_stay BEFORE DELETE ON reconciliations FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER reconciliation_lines_stay BEFORE DELETE ON reconciliation_lines FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER register_entries_write_once BEFORE UPDATE ON register_entries FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id
  OR NEW.location_id IS DISTINCT FROM OLD.location_id
  OR NEW.item_id IS DISTINCT FROM OLD.item_id
  OR NEW.actor_id IS DISTINCT FROM OLD.actor_id
  OR NEW.actor_name IS DISTINCT FROM OLD.actor_name
  OR NEW.number IS DISTINCT FROM OLD.number
  OR NEW.kind IS DISTINCT FROM OLD.kind
  OR NEW.quantity IS DISTINCT FROM OLD.quantity
  OR NEW.balance IS DISTINCT FROM OLD.balance
  OR NEW.difference IS DISTINCT FROM OLD.difference
  OR NEW.movement_id IS DISTINCT FROM OLD.movement_id
  OR NEW.act_id IS DISTINCT FROM OLD.act_id
  OR NEW.witness_id IS DISTINCT FROM OLD.witness_id
  OR NEW.witness_name IS DISTINCT FROM OLD.witness_name
  OR NEW.reason IS DISTINCT FROM OLD.reason
  OR NEW.at IS DISTINCT FROM OLD.at)
EXECUTE FUNCTION money_once('a line of the register is written once');
