-- Money: fees, rules, charges, invoices, payments, and the ledger that says why.
CREATE TABLE `fee_schedules` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `valid_from` text NULL,
  `valid_to` text NULL,
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `feeschedule_name` ON `fee_schedules` (`name`);
CREATE INDEX `feeschedule_valid_from_id` ON `fee_schedules` (`valid_from`, `id`);
CREATE TABLE `fee_prices` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `code` text NOT NULL,
  `description` text NOT NULL,
  `amount_minor` integer NOT NULL,
  `currency` text NOT NULL,
  `schedule_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `fee_prices_fee_schedules_prices` FOREIGN KEY (`schedule_id`) REFERENCES `fee_schedules` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `fee_prices_not_negative` CHECK (amount_minor >= 0)
);
CREATE UNIQUE INDEX `feeprice_schedule_id_code` ON `fee_prices` (`schedule_id`, `code`);
CREATE INDEX `feeprice_code` ON `fee_prices` (`code`);
CREATE TABLE `charge_rules` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `act_kind` text NOT NULL,
  `item_id` text NULL,
  `act_code` text NULL,
  `visit_type` text NULL,
  `code` text NOT NULL,
  `quantity_rule` text NOT NULL DEFAULT ('FIXED'),
  `units` integer NOT NULL DEFAULT (1),
  `per` integer NOT NULL DEFAULT (1),
  `active` bool NOT NULL DEFAULT (true),
  PRIMARY KEY (`id`),
  CONSTRAINT `charge_rules_units` CHECK (units > 0 AND per > 0)
);
CREATE INDEX `chargerule_act_kind_active` ON `charge_rules` (`act_kind`, `active`);
CREATE INDEX `chargerule_code_id` ON `charge_rules` (`code`, `id`);
CREATE INDEX `chargerule_item_id` ON `charge_rules` (`item_id`);
CREATE TABLE `number_series` (
  `id` text NOT NULL,
  `name` text NOT NULL,
  `last` integer NOT NULL DEFAULT (0),
  PRIMARY KEY (`id`)
);
CREATE UNIQUE INDEX `numberseries_name` ON `number_series` (`name`);
CREATE TABLE `invoices` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `number` integer NULL,
  `status` text NOT NULL DEFAULT ('DRAFT'),
  `currency` text NOT NULL,
  `total_minor` integer NOT NULL DEFAULT (0),
  `due_minor` integer NOT NULL DEFAULT (0),
  `credited_minor` integer NOT NULL DEFAULT (0),
  `drafted_at` datetime NOT NULL,
  `issued_at` datetime NULL,
  `issued_on` text NULL,
  `cancel_reason` text NULL,
  `patient_id` text NOT NULL,
  `location_id` text NOT NULL,
  `visit_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `invoices_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `invoices_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `invoices_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `invoices_credited` CHECK (credited_minor >= 0 AND credited_minor <= total_minor),
  CONSTRAINT `invoices_due` CHECK (due_minor >= 0 AND due_minor <= total_minor)
);
CREATE UNIQUE INDEX `invoice_number` ON `invoices` (`number`);
CREATE INDEX `invoice_drafted_at_id` ON `invoices` (`drafted_at`, `id`);
CREATE INDEX `invoice_patient_id_drafted_at_id` ON `invoices` (`patient_id`, `drafted_at`, `id`);
CREATE INDEX `invoice_location_id_drafted_at_id` ON `invoices` (`location_id`, `drafted_at`, `id`);
CREATE INDEX `invoice_visit_id` ON `invoices` (`visit_id`);
CREATE TABLE `charges` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `voided_at` datetime NULL,
  `voided_by` text NULL,
  `void_reason` text NULL,
  `act_id` text NULL,
  `rule_id` text NULL,
  `status` text NOT NULL DEFAULT ('PLANNED'),
  `code` text NOT NULL,
  `description` text NOT NULL,
  `quantity` integer NOT NULL,
  `unit_minor` integer NULL,
  `currency` text NOT NULL,
  `modifier_1` text NULL,
  `modifier_2` text NULL,
  `modifier_3` text NULL,
  `modifier_4` text NULL,
  `diagnosis_1` text NULL,
  `diagnosis_2` text NULL,
  `diagnosis_3` text NULL,
  `diagnosis_4` text NULL,
  `at` datetime NOT NULL,
  `patient_id` text NOT NULL,
  `location_id` text NOT NULL,
  `visit_id` text NULL,
  `provider_id` text NULL,
  `invoice_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `charges_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `charges_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `charges_visits_visit` FOREIGN KEY (`visit_id`) REFERENCES `visits` (`id`) ON DELETE SET NULL,
  CONSTRAINT `charges_providers_provider` FOREIGN KEY (`provider_id`) REFERENCES `providers` (`id`) ON DELETE SET NULL,
  CONSTRAINT `charges_invoices_charges` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`) ON DELETE SET NULL,
  CONSTRAINT `charges_amount` CHECK (unit_minor >= 0),
  CONSTRAINT `charges_quantity` CHECK (quantity > 0)
);
CREATE INDEX `charge_at_id` ON `charges` (`at`, `id`);
CREATE INDEX `charge_patient_id_at_id` ON `charges` (`patient_id`, `at`, `id`);
CREATE INDEX `charge_visit_id_at_id` ON `charges` (`visit_id`, `at`, `id`);
CREATE INDEX `charge_location_id_at_id` ON `charges` (`location_id`, `at`, `id`);
CREATE INDEX `charge_act_id` ON `charges` (`act_id`);
CREATE INDEX `charge_invoice_id_at_id` ON `charges` (`invoice_id`, `at`, `id`);
CREATE INDEX `charge_provider_id` ON `charges` (`provider_id`);
CREATE TABLE `invoice_lines` (
  `id` text NOT NULL,
  `position` integer NOT NULL,
  `code` text NOT NULL,
  `description` text NOT NULL,
  `quantity` integer NOT NULL,
  `unit_minor` integer NOT NULL,
  `total_minor` integer NOT NULL,
  `invoice_id` text NOT NULL,
  `charge_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `invoice_lines_invoices_lines` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `invoice_lines_charges_charge` FOREIGN KEY (`charge_id`) REFERENCES `charges` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `invoiceline_invoice_id_position` ON `invoice_lines` (`invoice_id`, `position`);
CREATE INDEX `invoiceline_charge_id` ON `invoice_lines` (`charge_id`);
CREATE TABLE `cash_drawers` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `name` text NOT NULL,
  `active` bool NOT NULL DEFAULT (true),
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `cash_drawers_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE UNIQUE INDEX `cashdrawer_location_id_name` ON `cash_drawers` (`location_id`, `name`);
CREATE TABLE `payments` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `created_by` text NOT NULL DEFAULT (''),
  `updated_at` datetime NOT NULL,
  `updated_by` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `method` text NOT NULL,
  `reference` text NULL,
  `amount_minor` integer NOT NULL,
  `currency` text NOT NULL,
  `unapplied_minor` integer NOT NULL,
  `received_at` datetime NOT NULL,
  `patient_id` text NOT NULL,
  `location_id` text NOT NULL,
  `drawer_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `payments_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `payments_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `payments_cash_drawers_drawer` FOREIGN KEY (`drawer_id`) REFERENCES `cash_drawers` (`id`) ON DELETE SET NULL,
  CONSTRAINT `payments_amount` CHECK (amount_minor > 0),
  CONSTRAINT `payments_unapplied` CHECK (unapplied_minor >= 0 AND unapplied_minor <= amount_minor)
);
CREATE INDEX `payment_received_at_id` ON `payments` (`received_at`, `id`);
CREATE INDEX `payment_patient_id_received_at_id` ON `payments` (`patient_id`, `received_at`, `id`);
CREATE INDEX `payment_location_id_received_at_id` ON `payments` (`location_id`, `received_at`, `id`);
CREATE INDEX `payment_drawer_id` ON `payments` (`drawer_id`);
CREATE TABLE `ledger_entries` (
  `id` text NOT NULL,
  `line_id` text NULL,
  `reverses_id` text NULL,
  `kind` text NOT NULL,
  `number` integer NULL,
  `method` text NULL,
  `due_minor` integer NOT NULL,
  `credit_minor` integer NOT NULL,
  `currency` text NOT NULL,
  `reason` text NULL,
  `at` datetime NOT NULL,
  `day` text NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `invoice_id` text NULL,
  `patient_id` text NOT NULL,
  `location_id` text NOT NULL,
  `drawer_id` text NULL,
  `payment_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `ledger_entries_invoices_entries` FOREIGN KEY (`invoice_id`) REFERENCES `invoices` (`id`) ON DELETE SET NULL,
  CONSTRAINT `ledger_entries_patients_patient` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `ledger_entries_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `ledger_entries_cash_drawers_drawer` FOREIGN KEY (`drawer_id`) REFERENCES `cash_drawers` (`id`) ON DELETE SET NULL,
  CONSTRAINT `ledger_entries_payments_entries` FOREIGN KEY (`payment_id`) REFERENCES `payments` (`id`) ON DELETE SET NULL,
  CONSTRAINT `ledger_entries_say` CHECK (due_minor <> 0 OR credit_minor <> 0)
);
CREATE INDEX `ledgerentry_invoice_id_at_id` ON `ledger_entries` (`invoice_id`, `at`, `id`);
CREATE INDEX `ledgerentry_payment_id_at_id` ON `ledger_entries` (`payment_id`, `at`, `id`);
CREATE INDEX `ledgerentry_patient_id_at_id` ON `ledger_entries` (`patient_id`, `at`, `id`);
CREATE INDEX `ledgerentry_location_id_day` ON `ledger_entries` (`location_id`, `day`);
CREATE INDEX `ledgerentry_drawer_id` ON `ledger_entries` (`drawer_id`);
CREATE UNIQUE INDEX `ledgerentry_reverses_id` ON `ledger_entries` (`reverses_id`);
CREATE UNIQUE INDEX `ledgerentry_number` ON `ledger_entries` (`number`);
CREATE TABLE `drawer_closings` (
  `id` text NOT NULL,
  `expected_minor` integer NOT NULL,
  `counted_minor` integer NOT NULL,
  `difference_minor` integer NOT NULL,
  `currency` text NOT NULL,
  `reason` text NULL,
  `at` datetime NOT NULL,
  `day` text NOT NULL,
  `actor_id` text NOT NULL,
  `actor_name` text NOT NULL,
  `drawer_id` text NOT NULL,
  `location_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `drawer_closings_cash_drawers_drawer` FOREIGN KEY (`drawer_id`) REFERENCES `cash_drawers` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `drawer_closings_locations_location` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`) ON DELETE NO ACTION
);
CREATE INDEX `drawerclosing_drawer_id_at_id` ON `drawer_closings` (`drawer_id`, `at`, `id`);
CREATE INDEX `drawerclosing_location_id_day` ON `drawer_closings` (`location_id`, `day`);

-- Nothing of money is deleted.
CREATE TRIGGER fee_schedules_stay BEFORE DELETE ON fee_schedules BEGIN SELECT RAISE(ABORT, 'nothing of fee_schedules is deleted'); END;
CREATE TRIGGER fee_prices_stay BEFORE DELETE ON fee_prices BEGIN SELECT RAISE(ABORT, 'nothing of fee_prices is deleted'); END;
CREATE TRIGGER charge_rules_stay BEFORE DELETE ON charge_rules BEGIN SELECT RAISE(ABORT, 'nothing of charge_rules is deleted'); END;
CREATE TRIGGER number_series_stay BEFORE DELETE ON number_series BEGIN SELECT RAISE(ABORT, 'nothing of number_series is deleted'); END;
CREATE TRIGGER invoices_stay BEFORE DELETE ON invoices BEGIN SELECT RAISE(ABORT, 'nothing of invoices is deleted'); END;
CREATE TRIGGER charges_stay BEFORE DELETE ON charges BEGIN SELECT RAISE(ABORT, 'nothing of charges is deleted'); END;
CREATE TRIGGER invoice_lines_stay BEFORE DELETE ON invoice_lines BEGIN SELECT RAISE(ABORT, 'nothing of invoice_lines is deleted'); END;
CREATE TRIGGER cash_drawers_stay BEFORE DELETE ON cash_drawers BEGIN SELECT RAISE(ABORT, 'nothing of cash_drawers is deleted'); END;
CREATE TRIGGER payments_stay BEFORE DELETE ON payments BEGIN SELECT RAISE(ABORT, 'nothing of payments is deleted'); END;
CREATE TRIGGER ledger_entries_stay BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'nothing of ledger_entries is deleted'); END;
CREATE TRIGGER drawer_closings_stay BEFORE DELETE ON drawer_closings BEGIN SELECT RAISE(ABORT, 'nothing of drawer_closings is deleted'); END;

-- What is written once follows the chart of its patient alone, when charts are merged.
CREATE TRIGGER ledger_entries_write_once BEFORE UPDATE ON ledger_entries
WHEN (NEW.patient_id = OLD.patient_id OR NEW.id IS NOT OLD.id OR NEW.line_id IS NOT OLD.line_id OR NEW.reverses_id IS NOT OLD.reverses_id OR NEW.kind IS NOT OLD.kind OR NEW.number IS NOT OLD.number OR NEW.method IS NOT OLD.method OR NEW.due_minor IS NOT OLD.due_minor OR NEW.credit_minor IS NOT OLD.credit_minor OR NEW.currency IS NOT OLD.currency OR NEW.reason IS NOT OLD.reason OR NEW.at IS NOT OLD.at OR NEW.day IS NOT OLD.day OR NEW.actor_id IS NOT OLD.actor_id OR NEW.actor_name IS NOT OLD.actor_name OR NEW.invoice_id IS NOT OLD.invoice_id OR NEW.location_id IS NOT OLD.location_id OR NEW.drawer_id IS NOT OLD.drawer_id OR NEW.payment_id IS NOT OLD.payment_id)
BEGIN SELECT RAISE(ABORT, 'a line of the ledger is written once'); END;
CREATE TRIGGER payments_write_once BEFORE UPDATE ON payments
WHEN (NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at OR NEW.created_by IS NOT OLD.created_by OR NEW.method IS NOT OLD.method OR NEW.reference IS NOT OLD.reference OR NEW.amount_minor IS NOT OLD.amount_minor OR NEW.currency IS NOT OLD.currency OR NEW.received_at IS NOT OLD.received_at OR NEW.location_id IS NOT OLD.location_id OR NEW.drawer_id IS NOT OLD.drawer_id)
BEGIN SELECT RAISE(ABORT, 'a payment is written once'); END;
CREATE TRIGGER invoice_lines_write_once BEFORE UPDATE ON invoice_lines BEGIN SELECT RAISE(ABORT, 'a line of an invoice is written once'); END;
CREATE TRIGGER drawer_closings_write_once BEFORE UPDATE ON drawer_closings BEGIN SELECT RAISE(ABORT, 'a closing is written once'); END;
CREATE TRIGGER invoices_write_once BEFORE UPDATE ON invoices
WHEN (OLD.status <> 'DRAFT' AND (NEW.status = 'DRAFT' OR NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at OR NEW.created_by IS NOT OLD.created_by OR NEW.number IS NOT OLD.number OR NEW.currency IS NOT OLD.currency OR NEW.total_minor IS NOT OLD.total_minor OR NEW.drafted_at IS NOT OLD.drafted_at OR NEW.issued_at IS NOT OLD.issued_at OR NEW.issued_on IS NOT OLD.issued_on OR NEW.location_id IS NOT OLD.location_id OR NEW.visit_id IS NOT OLD.visit_id))
BEGIN SELECT RAISE(ABORT, 'an issued invoice is never edited'); END;
