-- What somebody is asked to do. Nothing of it is deleted: it is done or cancelled.
CREATE TABLE "tasks" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "about" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'REQUESTED',
  "title" character varying COLLATE "C" NOT NULL,
  "role" character varying COLLATE "C" NULL,
  "assignee_id" character varying COLLATE "C" NULL,
  "urgent" boolean NOT NULL DEFAULT false,
  "due_at" timestamptz NOT NULL,
  "accepted_at" timestamptz NULL,
  "accepted_by" character varying COLLATE "C" NULL,
  "completed_at" timestamptz NULL,
  "completed_by" character varying COLLATE "C" NULL,
  "proof" character varying COLLATE "C" NULL,
  "cancel_reason" character varying COLLATE "C" NULL,
  "escalated_at" timestamptz NULL,
  "patient_id" character varying COLLATE "C" NULL,
  "visit_id" character varying COLLATE "C" NULL,
  "location_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "tasks_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE SET NULL,
  CONSTRAINT "tasks_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL,
  CONSTRAINT "tasks_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL
);
CREATE INDEX "task_due_at_id" ON "tasks" ("due_at", "id");
CREATE INDEX "task_status_due_at_id" ON "tasks" ("status", "due_at", "id");
CREATE INDEX "task_about_created_at_id" ON "tasks" ("about", "created_at", "id");
CREATE INDEX "task_proof" ON "tasks" ("proof");
CREATE INDEX "task_patient_id_due_at_id" ON "tasks" ("patient_id", "due_at", "id");
CREATE INDEX "task_visit_id_due_at_id" ON "tasks" ("visit_id", "due_at", "id");
CREATE TRIGGER tasks_stay BEFORE DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION stay();
