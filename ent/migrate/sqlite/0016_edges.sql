-- An index for the column of every edge, by which filters and lists go from both sides.
CREATE INDEX `breakglass_patient_id` ON `break_glasses` (`patient_id`);
CREATE INDEX `barcode_pack_id` ON `barcodes` (`pack_id`);
CREATE INDEX `administration_medication_id_occurred_at_id` ON `administrations` (`medication_id`, `occurred_at`, `id`);
CREATE INDEX `administration_location_id_occurred_at_id` ON `administrations` (`location_id`, `occurred_at`, `id`);
CREATE INDEX `administration_immunization_id` ON `administrations` (`immunization_id`);
CREATE INDEX `appointment_type_id_starts_at_id` ON `appointments` (`type_id`, `starts_at`, `id`);
CREATE INDEX `appointmenttype_visit_type_id` ON `appointment_types` (`visit_type_id`);
CREATE INDEX `lot_supplier_id_expires_on_id` ON `lots` (`supplier_id`, `expires_on`, `id`);
CREATE INDEX `medicationrequest_location_id_ordered_at_id` ON `medication_requests` (`location_id`, `ordered_at`, `id`);
CREATE INDEX `medicationrequest_provider_id_ordered_at_id` ON `medication_requests` (`provider_id`, `ordered_at`, `id`);
CREATE INDEX `medicationstatement_medication_id_recorded_at_id` ON `medication_statements` (`medication_id`, `recorded_at`, `id`);
CREATE INDEX `stagechange_from_stage_id` ON `stage_changes` (`from_stage_id`);
CREATE INDEX `stagechange_to_stage_id` ON `stage_changes` (`to_stage_id`);
CREATE INDEX `stagechange_from_room_id` ON `stage_changes` (`from_room_id`);
CREATE INDEX `stagechange_to_room_id` ON `stage_changes` (`to_room_id`);
CREATE INDEX `stockuse_kit_id_at_id` ON `stock_uses` (`kit_id`, `at`, `id`);
CREATE INDEX `stockuse_item_id_at_id` ON `stock_uses` (`item_id`, `at`, `id`);
CREATE INDEX `stocktake_place_id_opened_at_id` ON `stocktakes` (`place_id`, `opened_at`, `id`);
CREATE INDEX `task_location_id_due_at_id` ON `tasks` (`location_id`, `due_at`, `id`);
CREATE INDEX `visit_type_id_started_at_id` ON `visits` (`type_id`, `started_at`, `id`);
CREATE INDEX `visit_stage_id` ON `visits` (`stage_id`);
CREATE INDEX `visit_location_id_started_at_id` ON `visits` (`location_id`, `started_at`, `id`);
CREATE INDEX `visitnote_amends_id` ON `visit_notes` (`amends_id`);
CREATE INDEX `reconciliationline_replaced_by_id` ON `reconciliation_lines` (`replaced_by_id`);
CREATE INDEX `dosereaction_allergy_id` ON `dose_reactions` (`allergy_id`);

-- An index for the order of every list of all rows.
CREATE INDEX `allergy_recorded_at_id` ON `allergies` (`recorded_at`, `id`);
CREATE INDEX `problem_recorded_at_id` ON `problems` (`recorded_at`, `id`);
CREATE INDEX `historyentry_recorded_at_id` ON `history_entries` (`recorded_at`, `id`);
CREATE INDEX `medicationstatement_recorded_at_id` ON `medication_statements` (`recorded_at`, `id`);
CREATE INDEX `immunization_occurred_at_id` ON `immunizations` (`occurred_at`, `id`);
CREATE INDEX `consent_given_at_id` ON `consents` (`given_at`, `id`);
CREATE INDEX `vitalreading_taken_at_id` ON `vital_readings` (`taken_at`, `id`);
CREATE INDEX `visitnote_created_at_id` ON `visit_notes` (`created_at`, `id`);
CREATE INDEX `reconciliation_at_id` ON `reconciliations` (`at`, `id`);
CREATE INDEX `stockuse_at_id` ON `stock_uses` (`at`, `id`);

-- Nothing of a patient is deleted.
CREATE TRIGGER break_glasses_stay BEFORE DELETE ON break_glasses BEGIN SELECT RAISE(ABORT, 'nothing of break_glasses is deleted'); END;
CREATE TRIGGER fhir_resources_stay BEFORE DELETE ON fhir_resources BEGIN SELECT RAISE(ABORT, 'nothing of fhir_resources is deleted'); END;
