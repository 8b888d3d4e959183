-- Money: fees, rules, charges, invoices, payments, and the ledger that says why.
CREATE TABLE "fee_schedules" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "valid_from" character varying COLLATE "C" NULL,
  "valid_to" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "feeschedule_name" ON "fee_schedules" ("name");
CREATE INDEX "feeschedule_valid_from_id" ON "fee_schedules" ("valid_from", "id");
CREATE TABLE "fee_prices" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "code" character varying COLLATE "C" NOT NULL,
  "description" character varying COLLATE "C" NOT NULL,
  "amount_minor" bigint NOT NULL,
  "currency" character varying COLLATE "C" NOT NULL,
  "schedule_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "fee_prices_fee_schedules_prices" FOREIGN KEY ("schedule_id") REFERENCES "fee_schedules" ("id") ON DELETE NO ACTION,
  CONSTRAINT "fee_prices_not_negative" CHECK (amount_minor >= 0)
);
CREATE UNIQUE INDEX "feeprice_schedule_id_code" ON "fee_prices" ("schedule_id", "code");
CREATE INDEX "feeprice_code" ON "fee_prices" ("code");
CREATE TABLE "charge_rules" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "act_kind" character varying COLLATE "C" NOT NULL,
  "item_id" character varying COLLATE "C" NULL,
  "act_code" character varying COLLATE "C" NULL,
  "visit_type" character varying COLLATE "C" NULL,
  "code" character varying COLLATE "C" NOT NULL,
  "quantity_rule" character varying COLLATE "C" NOT NULL DEFAULT 'FIXED',
  "units" bigint NOT NULL DEFAULT 1,
  "per" bigint NOT NULL DEFAULT 1,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id"),
  CONSTRAINT "charge_rules_units" CHECK (units > 0 AND per > 0)
);
CREATE INDEX "chargerule_act_kind_active" ON "charge_rules" ("act_kind", "active");
CREATE INDEX "chargerule_code_id" ON "charge_rules" ("code", "id");
CREATE INDEX "chargerule_item_id" ON "charge_rules" ("item_id");
CREATE TABLE "number_series" (
  "id" character varying COLLATE "C" NOT NULL,
  "name" character varying COLLATE "C" NOT NULL,
  "last" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "numberseries_name" ON "number_series" ("name");
CREATE TABLE "invoices" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "number" bigint NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'DRAFT',
  "currency" character varying COLLATE "C" NOT NULL,
  "total_minor" bigint NOT NULL DEFAULT 0,
  "due_minor" bigint NOT NULL DEFAULT 0,
  "credited_minor" bigint NOT NULL DEFAULT 0,
  "drafted_at" timestamptz NOT NULL,
  "issued_at" timestamptz NULL,
  "issued_on" character varying COLLATE "C" NULL,
  "cancel_reason" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "invoices_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "invoices_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "invoices_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL,
  CONSTRAINT "invoices_credited" CHECK (credited_minor >= 0 AND credited_minor <= total_minor),
  CONSTRAINT "invoices_due" CHECK (due_minor >= 0 AND due_minor <= total_minor)
);
CREATE UNIQUE INDEX "invoice_number" ON "invoices" ("number");
CREATE INDEX "invoice_drafted_at_id" ON "invoices" ("drafted_at", "id");
CREATE INDEX "invoice_patient_id_drafted_at_id" ON "invoices" ("patient_id", "drafted_at", "id");
CREATE INDEX "invoice_location_id_drafted_at_id" ON "invoices" ("location_id", "drafted_at", "id");
CREATE INDEX "invoice_visit_id" ON "invoices" ("visit_id");
CREATE TABLE "charges" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "act_id" character varying COLLATE "C" NULL,
  "rule_id" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'PLANNED',
  "code" character varying COLLATE "C" NOT NULL,
  "description" character varying COLLATE "C" NOT NULL,
  "quantity" bigint NOT NULL,
  "unit_minor" bigint NULL,
  "currency" character varying COLLATE "C" NOT NULL,
  "modifier_1" character varying COLLATE "C" NULL,
  "modifier_2" character varying COLLATE "C" NULL,
  "modifier_3" character varying COLLATE "C" NULL,
  "modifier_4" character varying COLLATE "C" NULL,
  "diagnosis_1" character varying COLLATE "C" NULL,
  "diagnosis_2" character varying COLLATE "C" NULL,
  "diagnosis_3" character varying COLLATE "C" NULL,
  "diagnosis_4" character varying COLLATE "C" NULL,
  "at" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  "provider_id" character varying COLLATE "C" NULL,
  "invoice_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "charges_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "charges_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "charges_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL,
  CONSTRAINT "charges_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE SET NULL,
  CONSTRAINT "charges_invoices_charges" FOREIGN KEY ("invoice_id") REFERENCES "invoices" ("id") ON DELETE SET NULL,
  CONSTRAINT "charges_amount" CHECK (unit_minor >= 0),
  CONSTRAINT "charges_quantity" CHECK (quantity > 0)
);
CREATE INDEX "charge_at_id" ON "charges" ("at", "id");
CREATE INDEX "charge_patient_id_at_id" ON "charges" ("patient_id", "at", "id");
CREATE INDEX "charge_visit_id_at_id" ON "charges" ("visit_id", "at", "id");
CREATE INDEX "charge_location_id_at_id" ON "charges" ("location_id", "at", "id");
CREATE INDEX "charge_act_id" ON "charges" ("act_id");
CREATE INDEX "charge_invoice_id_at_id" ON "charges" ("invoice_id", "at", "id");
CREATE INDEX "charge_provider_id" ON "charges" ("provider_id");
CREATE TABLE "invoice_lines" (
  "id" character varying COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  "code" character varying COLLATE "C" NOT NULL,
  "description" character varying COLLATE "C" NOT NULL,
  "quantity" bigint NOT NULL,
  "unit_minor" bigint NOT NULL,
  "total_minor" bigint NOT NULL,
  "invoice_id" character varying COLLATE "C" NOT NULL,
  "charge_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "invoice_lines_invoices_lines" FOREIGN KEY ("invoice_id") REFERENCES "invoices" ("id") ON DELETE NO ACTION,
  CONSTRAINT "invoice_lines_charges_charge" FOREIGN KEY ("charge_id") REFERENCES "charges" ("id") ON DELETE NO ACTION
);
CREATE UNIQUE INDEX "invoiceline_invoice_id_position" ON "invoice_lines" ("invoice_id", "position");
CREATE INDEX "invoiceline_charge_id" ON "invoice_lines" ("charge_id");
CREATE TABLE "cash_drawers" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  "location_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "cash_drawers_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION
);
CREATE UNIQUE INDEX "cashdrawer_location_id_name" ON "cash_drawers" ("location_id", "name");
CREATE TABLE "payments" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "method" character varying COLLATE "C" NOT NULL,
  "reference" character varying COLLATE "C" NULL,
  "amount_minor" bigint NOT NULL,
  "currency" character varying COLLATE "C" NOT NULL,
  "unapplied_minor" bigint NOT NULL,
  "received_at" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "drawer_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "payments_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "payments_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "payments_cash_drawers_drawer" FOREIGN KEY ("drawer_id") REFERENCES "cash_drawers" ("id") ON DELETE SET NULL,
  CONSTRAINT "payments_amount" CHECK (amount_minor > 0),
  CONSTRAINT "payments_unapplied" CHECK (unapplied_minor >= 0 AND unapplied_minor <= amount_minor)
);
CREATE INDEX "payment_received_at_id" ON "payments" ("received_at", "id");
CREATE INDEX "payment_patient_id_received_at_id" ON "payments" ("patient_id", "received_at", "id");
CREATE INDEX "payment_location_id_received_at_id" ON "payments" ("location_id", "received_at", "id");
CREATE INDEX "payment_drawer_id" ON "payments" ("drawer_id");
CREATE TABLE "ledger_entries" (
  "id" character varying COLLATE "C" NOT NULL,
  "line_id" character varying COLLATE "C" NULL,
  "reverses_id" character varying COLLATE "C" NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "number" bigint NULL,
  "method" character varying COLLATE "C" NULL,
  "due_minor" bigint NOT NULL,
  "credit_minor" bigint NOT NULL,
  "currency" character varying COLLATE "C" NOT NULL,
  "reason" character varying COLLATE "C" NULL,
  "at" timestamptz NOT NULL,
  "day" character varying COLLATE "C" NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "invoice_id" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "drawer_id" character varying COLLATE "C" NULL,
  "payment_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "ledger_entries_invoices_entries" FOREIGN KEY ("invoice_id") REFERENCES "invoices" ("id") ON DELETE SET NULL,
  CONSTRAINT "ledger_entries_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION,
  CONSTRAINT "ledger_entries_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION,
  CONSTRAINT "ledger_entries_cash_drawers_drawer" FOREIGN KEY ("drawer_id") REFERENCES "cash_drawers" ("id") ON DELETE SET NULL,
  CONSTRAINT "ledger_entries_payments_entries" FOREIGN KEY ("payment_id") REFERENCES "payments" ("id") ON DELETE SET NULL,
  CONSTRAINT "ledger_entries_say" CHECK (due_minor <> 0 OR credit_minor <> 0)
);
CREATE INDEX "ledgerentry_invoice_id_at_id" ON "ledger_entries" ("invoice_id", "at", "id");
CREATE INDEX "ledgerentry_payment_id_at_id" ON "ledger_entries" ("payment_id", "at", "id");
CREATE INDEX "ledgerentry_patient_id_at_id" ON "ledger_entries" ("patient_id", "at", "id");
CREATE INDEX "ledgerentry_location_id_day" ON "ledger_entries" ("location_id", "day");
CREATE INDEX "ledgerentry_drawer_id" ON "ledger_entries" ("drawer_id");
CREATE UNIQUE INDEX "ledgerentry_reverses_id" ON "ledger_entries" ("reverses_id");
CREATE UNIQUE INDEX "ledgerentry_number" ON "ledger_entries" ("number");
CREATE TABLE "drawer_closings" (
  "id" character varying COLLATE "C" NOT NULL,
  "expected_minor" bigint NOT NULL,
  "counted_minor" bigint NOT NULL,
  "difference_minor" bigint NOT NULL,
  "currency" character varying COLLATE "C" NOT NULL,
  "reason" character varying COLLATE "C" NULL,
  "at" timestamptz NOT NULL,
  "day" character varying COLLATE "C" NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "drawer_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "drawer_closings_cash_drawers_drawer" FOREIGN KEY ("drawer_id") REFERENCES "cash_drawers" ("id") ON DELETE NO ACTION,
  CONSTRAINT "drawer_closings_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION
);
CREATE INDEX "drawerclosing_drawer_id_at_id" ON "drawer_closings" ("drawer_id", "at", "id");
CREATE INDEX "drawerclosing_location_id_day" ON "drawer_closings" ("location_id", "day");

-- Nothing of money is deleted.
CREATE TRIGGER fee_schedules_stay BEFORE DELETE ON fee_schedules FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER fee_prices_stay BEFORE DELETE ON fee_prices FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER charge_rules_stay BEFORE DELETE ON charge_rules FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER number_series_stay BEFORE DELETE ON number_series FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER invoices_stay BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER charges_stay BEFORE DELETE ON charges FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER invoice_lines_stay BEFORE DELETE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER cash_drawers_stay BEFORE DELETE ON cash_drawers FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER payments_stay BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER ledger_entries_stay BEFORE DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER drawer_closings_stay BEFORE DELETE ON drawer_closings FOR EACH ROW EXECUTE FUNCTION stay();

-- What is written once follows the chart of its patient alone, when charts are merged.
CREATE FUNCTION money_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
CREATE TRIGGER ledger_entries_write_once BEFORE UPDATE ON ledger_entries FOR EACH ROW
WHEN (NEW.patient_id = OLD.patient_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.line_id IS DISTINCT FROM OLD.line_id OR NEW.reverses_id IS DISTINCT FROM OLD.reverses_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.number IS DISTINCT FROM OLD.number OR NEW.method IS DISTINCT FROM OLD.method OR NEW.due_minor IS DISTINCT FROM OLD.due_minor OR NEW.credit_minor IS DISTINCT FROM OLD.credit_minor OR NEW.currency IS DISTINCT FROM OLD.currency OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.at IS DISTINCT FROM OLD.at OR NEW.day IS DISTINCT FROM OLD.day OR NEW.actor_id IS DISTINCT FROM OLD.actor_id OR NEW.actor_name IS DISTINCT FROM OLD.actor_name OR NEW.invoice_id IS DISTINCT FROM OLD.invoice_id OR NEW.location_id IS DISTINCT FROM OLD.location_id OR NEW.drawer_id IS DISTINCT FROM OLD.drawer_id OR NEW.payment_id IS DISTINCT FROM OLD.payment_id)
EXECUTE FUNCTION money_once('a line of the ledger is written once');
CREATE TRIGGER payments_write_once BEFORE UPDATE ON payments FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NEW.created_by IS DISTINCT FROM OLD.created_by OR NEW.method IS DISTINCT FROM OLD.method OR NEW.reference IS DISTINCT FROM OLD.reference OR NEW.amount_minor IS DISTINCT FROM OLD.amount_minor OR NEW.currency IS DISTINCT FROM OLD.currency OR NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.location_id IS DISTINCT FROM OLD.location_id OR NEW.drawer_id IS DISTINCT FROM OLD.drawer_id)
EXECUTE FUNCTION money_once('a payment is written once');
CREATE TRIGGER invoice_lines_write_once BEFORE UPDATE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION money_once('a line of an invoice is written once');
CREATE TRIGGER drawer_closings_write_once BEFORE UPDATE ON drawer_closings FOR EACH ROW EXECUTE FUNCTION money_once('a closing is written once');
CREATE TRIGGER invoices_write_once BEFORE UPDATE ON invoices FOR EACH ROW
WHEN (OLD.status <> 'DRAFT' AND (NEW.status = 'DRAFT' OR NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NEW.created_by IS DISTINCT FROM OLD.created_by OR NEW.number IS DISTINCT FROM OLD.number OR NEW.currency IS DISTINCT FROM OLD.currency OR NEW.total_minor IS DISTINCT FROM OLD.total_minor OR NEW.drafted_at IS DISTINCT FROM OLD.drafted_at OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_on IS DISTINCT FROM OLD.issued_on OR NEW.location_id IS DISTINCT FROM OLD.location_id OR NEW.visit_id IS DISTINCT FROM OLD.visit_id))
EXECUTE FUNCTION money_once('an issued invoice is never edited');
