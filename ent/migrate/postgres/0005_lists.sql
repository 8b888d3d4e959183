-- Lists of one status, in their usual order.
CREATE INDEX "patient_status_sort_name_id" ON "patients" ("status", "sort_name", "id");
CREATE INDEX "visit_status_started_at_id" ON "visits" ("status", "started_at", "id");
