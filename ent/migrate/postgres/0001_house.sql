-- The house: all tables of the first version. Written from the ent schema, then
-- extended by hand with what it cannot say (at the end).

CREATE TABLE "api_tokens" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "name" character varying COLLATE "C" NOT NULL,
  "role" character varying COLLATE "C" NOT NULL,
  "token_hash" character varying COLLATE "C" NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "revoked_at" timestamptz NULL,
  "location_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "api_tokens_token_hash_key" ON "api_tokens" ("token_hash");
CREATE TABLE "accounts" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "username" character varying COLLATE "C" NOT NULL,
  "display_name" character varying COLLATE "C" NOT NULL,
  "password_hash" character varying COLLATE "C" NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  "failed_sign_ins" bigint NOT NULL DEFAULT 0,
  "locked_until" timestamptz NULL,
  "provider_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "accounts_username_key" ON "accounts" ("username");
CREATE TABLE "allergies" (
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
  "substance_code_text" character varying COLLATE "C" NOT NULL,
  "substance_code" character varying COLLATE "C" NULL,
  "substance_code_system" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "kind" character varying COLLATE "C" NOT NULL DEFAULT 'ALLERGY',
  "category" character varying COLLATE "C" NULL,
  "criticality" character varying COLLATE "C" NULL,
  "verification" character varying COLLATE "C" NOT NULL DEFAULT 'CONFIRMED',
  "reaction" character varying COLLATE "C" NULL,
  "severity" character varying COLLATE "C" NULL,
  "onset" character varying COLLATE "C" NULL,
  "recorded_at" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "allergy_patient_id_recorded_at_id" ON "allergies" ("patient_id", "recorded_at", "id");
CREATE UNIQUE INDEX "allergy_source" ON "allergies" ("source");
CREATE TABLE "audit_chains" (
  "id" character varying COLLATE "C" NOT NULL,
  "started_at" timestamptz NOT NULL,
  "position" bigint NOT NULL,
  "hash" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE TABLE "audit_events" (
  "id" character varying COLLATE "C" NOT NULL,
  "at" timestamptz NOT NULL,
  "action" character varying COLLATE "C" NOT NULL,
  "outcome" character varying COLLATE "C" NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "roles" character varying COLLATE "C" NOT NULL,
  "patient_id" character varying COLLATE "C" NULL,
  "entity_type" character varying COLLATE "C" NOT NULL,
  "entity_id" character varying COLLATE "C" NOT NULL,
  "detail" character varying COLLATE "C" NOT NULL DEFAULT '',
  "operation" character varying COLLATE "C" NOT NULL DEFAULT '',
  "purpose" character varying COLLATE "C" NOT NULL DEFAULT '',
  "request_id" character varying COLLATE "C" NOT NULL DEFAULT '',
  "remote_ip" character varying COLLATE "C" NOT NULL DEFAULT '',
  "chain" character varying COLLATE "C" NOT NULL DEFAULT '',
  "position" bigint NULL,
  "hash" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "auditevent_chain_position" ON "audit_events" ("chain", "position");
CREATE INDEX "auditevent_patient_id_at_id" ON "audit_events" ("patient_id", "at", "id");
CREATE INDEX "auditevent_actor_id_at_id" ON "audit_events" ("actor_id", "at", "id");
CREATE INDEX "auditevent_at_id" ON "audit_events" ("at", "id");
CREATE TABLE "break_glasses" (
  "id" character varying COLLATE "C" NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "session_id" character varying COLLATE "C" NOT NULL,
  "reason" character varying COLLATE "C" NOT NULL,
  "at" timestamptz NOT NULL,
  "until" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "breakglass_session_id_until" ON "break_glasses" ("session_id", "until");
CREATE TABLE "concepts" (
  "id" character varying COLLATE "C" NOT NULL,
  "system" character varying COLLATE "C" NOT NULL,
  "code" character varying COLLATE "C" NOT NULL,
  "display" character varying COLLATE "C" NOT NULL,
  "folded" character varying COLLATE "C" NOT NULL,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "concept_system_code" ON "concepts" ("system", "code");
CREATE INDEX "concept_system_folded_id" ON "concepts" ("system", "folded", "id");
CREATE TABLE "consents" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "voided_at" timestamptz NULL,
  "voided_by" character varying COLLATE "C" NULL,
  "void_reason" character varying COLLATE "C" NULL,
  "kind" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "decision" character varying COLLATE "C" NOT NULL DEFAULT 'PERMIT',
  "given_at" timestamptz NOT NULL,
  "expires_on" character varying COLLATE "C" NULL,
  "scope" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "consent_patient_id_given_at_id" ON "consents" ("patient_id", "given_at", "id");
CREATE TABLE "fhir_identifiers" (
  "id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  "resource_type" character varying COLLATE "C" NOT NULL,
  "identifier" character varying COLLATE "C" NOT NULL,
  "resource_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "fhiridentifier_resource_type_identifier_resource_id" ON "fhir_identifiers" ("resource_type", "identifier", "resource_id");
CREATE TABLE "fhir_resources" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "resource_type" character varying COLLATE "C" NOT NULL,
  "resource_id" character varying COLLATE "C" NOT NULL,
  "content_hash" character varying COLLATE "C" NOT NULL,
  "patient_id" character varying COLLATE "C" NULL,
  "entity_id" character varying COLLATE "C" NULL,
  "raw" text NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "fhirresource_resource_type_resource_id" ON "fhir_resources" ("resource_type", "resource_id");
CREATE INDEX "fhirresource_patient_id_resource_type_id" ON "fhir_resources" ("patient_id", "resource_type", "id");
CREATE INDEX "fhirresource_resource_type_id" ON "fhir_resources" ("resource_type", "id");
CREATE TABLE "outbox" (
  "seq" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  "xid" bigint NULL DEFAULT ((pg_current_xact_id())::text::bigint),
  "topic" character varying COLLATE "C" NOT NULL,
  "entity_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NOT NULL DEFAULT '',
  "actor_id" character varying COLLATE "C" NOT NULL DEFAULT '',
  "payload" character varying COLLATE "C" NOT NULL DEFAULT '{}',
  "at" timestamptz NOT NULL,
  PRIMARY KEY ("seq")
);
CREATE INDEX "fact_xid_seq" ON "outbox" ("xid", "seq");
CREATE TABLE "history_entries" (
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
  "kind" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "value" character varying COLLATE "C" NULL,
  "relationship" character varying COLLATE "C" NULL,
  "onset" character varying COLLATE "C" NULL,
  "note" character varying COLLATE "C" NULL,
  "recorded_at" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "historyentry_patient_id_recorded_at_id" ON "history_entries" ("patient_id", "recorded_at", "id");
CREATE UNIQUE INDEX "historyentry_source" ON "history_entries" ("source");
CREATE TABLE "immunizations" (
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
  "vaccine_code_text" character varying COLLATE "C" NOT NULL,
  "vaccine_code" character varying COLLATE "C" NULL,
  "vaccine_code_system" character varying COLLATE "C" NULL,
  "visit_id" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'COMPLETED',
  "occurred_at" timestamptz NOT NULL,
  "lot" character varying COLLATE "C" NULL,
  "manufacturer" character varying COLLATE "C" NULL,
  "expires_on" character varying COLLATE "C" NULL,
  "site" character varying COLLATE "C" NULL,
  "route" character varying COLLATE "C" NULL,
  "dose" character varying COLLATE "C" NULL,
  "not_done_reason" character varying COLLATE "C" NULL,
  "primary_source" boolean NOT NULL DEFAULT true,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "immunization_patient_id_occurred_at_id" ON "immunizations" ("patient_id", "occurred_at", "id");
CREATE INDEX "immunization_visit_id" ON "immunizations" ("visit_id");
CREATE UNIQUE INDEX "immunization_source" ON "immunizations" ("source");
CREATE TABLE "locations" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "source" character varying COLLATE "C" NULL,
  "name" character varying COLLATE "C" NOT NULL,
  "line" character varying COLLATE "C" NULL,
  "city" character varying COLLATE "C" NULL,
  "state" character varying COLLATE "C" NULL,
  "postal_code" character varying COLLATE "C" NULL,
  "phone" character varying COLLATE "C" NULL,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "location_source" ON "locations" ("source");
CREATE TABLE "patients" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "source" character varying COLLATE "C" NULL,
  "mrn" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "family_name" character varying COLLATE "C" NOT NULL,
  "given_name" character varying COLLATE "C" NOT NULL DEFAULT '',
  "name_prefix" character varying COLLATE "C" NULL,
  "name_suffix" character varying COLLATE "C" NULL,
  "preferred_name" character varying COLLATE "C" NULL,
  "sort_name" character varying COLLATE "C" NOT NULL DEFAULT '',
  "birth_date" character varying COLLATE "C" NULL,
  "sex" character varying COLLATE "C" NOT NULL DEFAULT 'UNKNOWN',
  "gender_identity" character varying COLLATE "C" NULL,
  "marital_status" character varying COLLATE "C" NULL,
  "languages" jsonb NULL,
  "deceased" boolean NOT NULL DEFAULT false,
  "deceased_at" timestamptz NULL,
  "merge_reason" character varying COLLATE "C" NULL,
  "allergies_reviewed_at" timestamptz NULL,
  "allergies_reviewed_by" character varying COLLATE "C" NULL,
  "merged_into_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "patients_patients_merged" FOREIGN KEY ("merged_into_id") REFERENCES "patients" ("id") ON DELETE SET NULL
);
CREATE UNIQUE INDEX "patients_mrn_key" ON "patients" ("mrn");
CREATE INDEX "patient_sort_name_id" ON "patients" ("sort_name", "id");
CREATE INDEX "patient_birth_date_id" ON "patients" ("birth_date", "id");
CREATE INDEX "patient_created_at_id" ON "patients" ("created_at", "id");
CREATE INDEX "patient_merged_into_id" ON "patients" ("merged_into_id");
CREATE UNIQUE INDEX "patient_source" ON "patients" ("source");
CREATE TABLE "patient_addresses" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "use" character varying COLLATE "C" NOT NULL DEFAULT 'HOME',
  "line" character varying COLLATE "C" NOT NULL DEFAULT '',
  "city" character varying COLLATE "C" NOT NULL DEFAULT '',
  "state" character varying COLLATE "C" NOT NULL DEFAULT '',
  "postal_code" character varying COLLATE "C" NOT NULL DEFAULT '',
  "country" character varying COLLATE "C" NOT NULL DEFAULT '',
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "patientaddress_patient_id_id" ON "patient_addresses" ("patient_id", "id");
CREATE TABLE "patient_contacts" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "relationship" character varying COLLATE "C" NOT NULL DEFAULT '',
  "phone" character varying COLLATE "C" NULL,
  "email" character varying COLLATE "C" NULL,
  "emergency" boolean NOT NULL DEFAULT false,
  "ended_at" timestamptz NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "patientcontact_patient_id_id" ON "patient_contacts" ("patient_id", "id");
CREATE TABLE "patient_identifiers" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "system" character varying COLLATE "C" NOT NULL,
  "value" character varying COLLATE "C" NOT NULL,
  "type" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "patientidentifier_system_value" ON "patient_identifiers" ("system", "value");
CREATE INDEX "patientidentifier_patient_id_id" ON "patient_identifiers" ("patient_id", "id");
CREATE TABLE "patient_numbers" (
  "id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  "drawn_at" timestamptz NOT NULL,
  PRIMARY KEY ("id")
);
CREATE TABLE "patient_telecoms" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "system" character varying COLLATE "C" NOT NULL,
  "use" character varying COLLATE "C" NOT NULL DEFAULT 'HOME',
  "value" character varying COLLATE "C" NOT NULL,
  "rank" bigint NOT NULL DEFAULT 1,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "patienttelecom_patient_id_id" ON "patient_telecoms" ("patient_id", "id");
CREATE TABLE "patient_terms" (
  "id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  "kind" character varying COLLATE "C" NOT NULL,
  "word" character varying COLLATE "C" NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "patientterm_word_kind_patient_id" ON "patient_terms" ("word", "kind", "patient_id");
CREATE INDEX "patientterm_patient_id" ON "patient_terms" ("patient_id");
CREATE TABLE "practices" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "npi" character varying COLLATE "C" NULL,
  "tax_id" character varying COLLATE "C" NULL,
  "time_zone" character varying COLLATE "C" NOT NULL DEFAULT 'UTC',
  "currency" character varying COLLATE "C" NOT NULL DEFAULT 'USD',
  "phone" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE TABLE "problems" (
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
  "visit_id" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'ACTIVE',
  "onset" character varying COLLATE "C" NULL,
  "abatement" character varying COLLATE "C" NULL,
  "note" character varying COLLATE "C" NULL,
  "recorded_at" timestamptz NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "problem_patient_id_recorded_at_id" ON "problems" ("patient_id", "recorded_at", "id");
CREATE INDEX "problem_patient_id_onset_id" ON "problems" ("patient_id", "onset", "id");
CREATE INDEX "problem_visit_id" ON "problems" ("visit_id");
CREATE UNIQUE INDEX "problem_source" ON "problems" ("source");
CREATE TABLE "providers" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "source" character varying COLLATE "C" NULL,
  "family_name" character varying COLLATE "C" NOT NULL,
  "given_name" character varying COLLATE "C" NOT NULL DEFAULT '',
  "name_prefix" character varying COLLATE "C" NULL,
  "name_suffix" character varying COLLATE "C" NULL,
  "sort_name" character varying COLLATE "C" NOT NULL DEFAULT '',
  "npi" character varying COLLATE "C" NULL,
  "specialty" character varying COLLATE "C" NULL,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id")
);
CREATE INDEX "provider_sort_name_id" ON "providers" ("sort_name", "id");
CREATE INDEX "provider_npi" ON "providers" ("npi");
CREATE UNIQUE INDEX "provider_source" ON "providers" ("source");
CREATE TABLE "requests" (
  "id" character varying COLLATE "C" NOT NULL,
  "input_hash" character varying COLLATE "C" NOT NULL,
  "result_id" character varying COLLATE "C" NOT NULL,
  "at" timestamptz NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "request_at" ON "requests" ("at");
CREATE TABLE "role_grants" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "role" character varying COLLATE "C" NOT NULL,
  "revoked_at" timestamptz NULL,
  "account_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "rolegrant_account_id_role" ON "role_grants" ("account_id", "role");
CREATE TABLE "rooms" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL DEFAULT 'EXAM',
  "position" bigint NOT NULL DEFAULT 0,
  "active" boolean NOT NULL DEFAULT true,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'AVAILABLE',
  "status_since" timestamptz NOT NULL,
  "out_of_service_reason" character varying COLLATE "C" NULL,
  "location_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "room_location_id_position_id" ON "rooms" ("location_id", "position", "id");
CREATE UNIQUE INDEX "room_visit_id" ON "rooms" ("visit_id");
CREATE TABLE "room_stays" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "patient_id" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL,
  "started_at" timestamptz NOT NULL,
  "ended_at" timestamptz NULL,
  "room_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "roomstay_visit_id_started_at_id" ON "room_stays" ("visit_id", "started_at", "id");
CREATE INDEX "roomstay_room_id_started_at" ON "room_stays" ("room_id", "started_at");
CREATE TABLE "secrets" (
  "id" character varying COLLATE "C" NOT NULL,
  "value" bytea NOT NULL,
  PRIMARY KEY ("id")
);
CREATE TABLE "sessions" (
  "id" character varying COLLATE "C" NOT NULL,
  "token_hash" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "revoked_at" timestamptz NULL,
  "remote_ip" character varying COLLATE "C" NOT NULL DEFAULT '',
  "user_agent" character varying COLLATE "C" NOT NULL DEFAULT '',
  "account_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions" ("token_hash");
CREATE INDEX "session_account_id" ON "sessions" ("account_id");
CREATE TABLE "stage_changes" (
  "id" character varying COLLATE "C" NOT NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "from_stage_id" character varying COLLATE "C" NULL,
  "from_name" character varying COLLATE "C" NULL,
  "to_stage_id" character varying COLLATE "C" NOT NULL,
  "to_name" character varying COLLATE "C" NOT NULL,
  "to_category" character varying COLLATE "C" NOT NULL,
  "from_room_id" character varying COLLATE "C" NULL,
  "to_room_id" character varying COLLATE "C" NULL,
  "from_since" timestamptz NULL,
  "at" timestamptz NOT NULL,
  "actor_id" character varying COLLATE "C" NOT NULL,
  "actor_name" character varying COLLATE "C" NOT NULL,
  "undone_at" timestamptz NULL,
  "visit_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "stagechange_visit_id_at_id" ON "stage_changes" ("visit_id", "at", "id");
CREATE TABLE "visits" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "source" character varying COLLATE "C" NULL,
  "status" character varying COLLATE "C" NOT NULL,
  "visit_class" character varying COLLATE "C" NOT NULL DEFAULT 'AMBULATORY',
  "reason" character varying COLLATE "C" NULL,
  "started_at" timestamptz NOT NULL,
  "ended_at" timestamptz NULL,
  "stage_since" timestamptz NOT NULL,
  "on_board" boolean NOT NULL DEFAULT false,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "location_id" character varying COLLATE "C" NULL,
  "provider_id" character varying COLLATE "C" NULL,
  "type_id" character varying COLLATE "C" NULL,
  "stage_id" character varying COLLATE "C" NULL,
  "room_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "visit_patient_id_started_at_id" ON "visits" ("patient_id", "started_at", "id");
CREATE INDEX "visit_location_id_on_board" ON "visits" ("location_id", "on_board");
CREATE INDEX "visit_started_at_id" ON "visits" ("started_at", "id");
CREATE INDEX "visit_provider_id_started_at_id" ON "visits" ("provider_id", "started_at", "id");
CREATE INDEX "visit_room_id" ON "visits" ("room_id");
CREATE UNIQUE INDEX "visit_source" ON "visits" ("source");
CREATE TABLE "visit_checks" (
  "id" character varying COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  "item" character varying COLLATE "C" NOT NULL,
  "done_at" timestamptz NULL,
  "done_by" character varying COLLATE "C" NULL,
  "visit_id" character varying COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "visitcheck_visit_id_position" ON "visit_checks" ("visit_id", "position");
CREATE TABLE "visit_notes" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "kind" character varying COLLATE "C" NOT NULL DEFAULT 'PROGRESS',
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'DRAFT',
  "text" text NOT NULL,
  "author_id" character varying COLLATE "C" NOT NULL,
  "author_name" character varying COLLATE "C" NOT NULL,
  "signed_at" timestamptz NULL,
  "signed_by" character varying COLLATE "C" NULL,
  "visit_id" character varying COLLATE "C" NOT NULL,
  "amends_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "visit_notes_visit_notes_amendments" FOREIGN KEY ("amends_id") REFERENCES "visit_notes" ("id") ON DELETE SET NULL
);
CREATE INDEX "visitnote_visit_id_created_at_id" ON "visit_notes" ("visit_id", "created_at", "id");
CREATE INDEX "visitnote_patient_id_created_at_id" ON "visit_notes" ("patient_id", "created_at", "id");
CREATE TABLE "visit_stages" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "category" character varying COLLATE "C" NOT NULL,
  "color" character varying COLLATE "C" NOT NULL DEFAULT '#888888',
  "alert_minutes" bigint NULL,
  "position" bigint NOT NULL DEFAULT 0,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id")
);
CREATE TABLE "visit_types" (
  "id" character varying COLLATE "C" NOT NULL,
  "created_at" timestamptz NOT NULL,
  "created_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "updated_at" timestamptz NOT NULL,
  "updated_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "name" character varying COLLATE "C" NOT NULL,
  "minutes" bigint NOT NULL DEFAULT 20,
  "checklist" jsonb NULL,
  "active" boolean NOT NULL DEFAULT true,
  PRIMARY KEY ("id")
);
CREATE TABLE "vital_readings" (
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
  "sign" character varying COLLATE "C" NOT NULL,
  "status" character varying COLLATE "C" NOT NULL DEFAULT 'FINAL',
  "value" bigint NULL,
  "systolic" bigint NULL,
  "diastolic" bigint NULL,
  "unit" character varying COLLATE "C" NULL,
  "entered_value" character varying COLLATE "C" NULL,
  "entered_unit" character varying COLLATE "C" NULL,
  "not_done_reason" character varying COLLATE "C" NULL,
  "interpretation" character varying COLLATE "C" NULL,
  "method" character varying COLLATE "C" NULL,
  "body_position" character varying COLLATE "C" NULL,
  "body_site" character varying COLLATE "C" NULL,
  "note" character varying COLLATE "C" NULL,
  "derived" boolean NOT NULL DEFAULT false,
  "derived_from_id" character varying COLLATE "C" NULL,
  "derived_with_id" character varying COLLATE "C" NULL,
  "taken_at" timestamptz NOT NULL,
  "taken_by" character varying COLLATE "C" NOT NULL DEFAULT '',
  "acknowledged_at" timestamptz NULL,
  "acknowledged_by" character varying COLLATE "C" NULL,
  "patient_id" character varying COLLATE "C" NOT NULL,
  "visit_id" character varying COLLATE "C" NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "vitalreading_patient_id_sign_taken_at_id" ON "vital_readings" ("patient_id", "sign", "taken_at", "id");
CREATE INDEX "vitalreading_patient_id_taken_at_id" ON "vital_readings" ("patient_id", "taken_at", "id");
CREATE INDEX "vitalreading_visit_id_taken_at_id" ON "vital_readings" ("visit_id", "taken_at", "id");
CREATE UNIQUE INDEX "vitalreading_source" ON "vital_readings" ("source");
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL;
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE SET NULL;
ALTER TABLE "allergies" ADD CONSTRAINT "allergies_patients_allergies" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "break_glasses" ADD CONSTRAINT "break_glasses_patients_patient" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "consents" ADD CONSTRAINT "consents_patients_consents" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "history_entries" ADD CONSTRAINT "history_entries_patients_histories" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "immunizations" ADD CONSTRAINT "immunizations_patients_immunizations" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "patient_addresses" ADD CONSTRAINT "patient_addresses_patients_addresses" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "patient_contacts" ADD CONSTRAINT "patient_contacts_patients_contacts" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "patient_identifiers" ADD CONSTRAINT "patient_identifiers_patients_identifiers" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "patient_telecoms" ADD CONSTRAINT "patient_telecoms_patients_telecoms" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "patient_terms" ADD CONSTRAINT "patient_terms_patients_terms" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "problems" ADD CONSTRAINT "problems_patients_problems" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION;
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_accounts_grants" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE NO ACTION;
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_locations_rooms" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE NO ACTION, ADD CONSTRAINT "rooms_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL;
ALTER TABLE "room_stays" ADD CONSTRAINT "room_stays_rooms_room" FOREIGN KEY ("room_id") REFERENCES "rooms" ("id") ON DELETE NO ACTION, ADD CONSTRAINT "room_stays_visits_stays" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE NO ACTION;
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_accounts_account" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE NO ACTION;
ALTER TABLE "stage_changes" ADD CONSTRAINT "stage_changes_visits_changes" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE NO ACTION;
ALTER TABLE "visits" ADD CONSTRAINT "visits_patients_visits" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION, ADD CONSTRAINT "visits_locations_location" FOREIGN KEY ("location_id") REFERENCES "locations" ("id") ON DELETE SET NULL, ADD CONSTRAINT "visits_providers_provider" FOREIGN KEY ("provider_id") REFERENCES "providers" ("id") ON DELETE SET NULL, ADD CONSTRAINT "visits_visit_types_type" FOREIGN KEY ("type_id") REFERENCES "visit_types" ("id") ON DELETE SET NULL, ADD CONSTRAINT "visits_visit_stages_stage" FOREIGN KEY ("stage_id") REFERENCES "visit_stages" ("id") ON DELETE SET NULL, ADD CONSTRAINT "visits_rooms_room" FOREIGN KEY ("room_id") REFERENCES "rooms" ("id") ON DELETE SET NULL;
ALTER TABLE "visit_checks" ADD CONSTRAINT "visit_checks_visits_checks" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE NO ACTION;
ALTER TABLE "visit_notes" ADD CONSTRAINT "visit_notes_visits_notes" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE NO ACTION;
ALTER TABLE "vital_readings" ADD CONSTRAINT "vital_readings_patients_vitals" FOREIGN KEY ("patient_id") REFERENCES "patients" ("id") ON DELETE NO ACTION, ADD CONSTRAINT "vital_readings_visits_visit" FOREIGN KEY ("visit_id") REFERENCES "visits" ("id") ON DELETE SET NULL;

-- One visit in a room at a time, one room to a visit at a time.
CREATE UNIQUE INDEX room_stay_open_room ON room_stays (room_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX room_stay_open_visit ON room_stays (visit_id) WHERE ended_at IS NULL;
CREATE INDEX visit_board ON visits (location_id, stage_since) WHERE on_board;
CREATE INDEX audit_event_unsealed ON audit_events (at) WHERE hash IS NULL;

-- Nothing clinical and nothing of the trail is deleted.
CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'nothing of % is deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER patients_stay BEFORE DELETE ON patients FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER patient_identifiers_stay BEFORE DELETE ON patient_identifiers FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER patient_addresses_stay BEFORE DELETE ON patient_addresses FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER patient_telecoms_stay BEFORE DELETE ON patient_telecoms FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER patient_contacts_stay BEFORE DELETE ON patient_contacts FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER allergies_stay BEFORE DELETE ON allergies FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER problems_stay BEFORE DELETE ON problems FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER history_entries_stay BEFORE DELETE ON history_entries FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER immunizations_stay BEFORE DELETE ON immunizations FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER consents_stay BEFORE DELETE ON consents FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER visits_stay BEFORE DELETE ON visits FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER stage_changes_stay BEFORE DELETE ON stage_changes FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER room_stays_stay BEFORE DELETE ON room_stays FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER visit_checks_stay BEFORE DELETE ON visit_checks FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER visit_notes_stay BEFORE DELETE ON visit_notes FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER vital_readings_stay BEFORE DELETE ON vital_readings FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER role_grants_stay BEFORE DELETE ON role_grants FOR EACH ROW EXECUTE FUNCTION stay();
CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION stay();

-- An audit event is written once; only its seal is added later.
CREATE FUNCTION write_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an audit event is written once';
END $$;
CREATE TRIGGER audit_events_write_once BEFORE UPDATE ON audit_events FOR EACH ROW
WHEN (OLD.hash IS NOT NULL OR NEW.hash IS NULL OR NEW.position IS NULL OR NEW.chain = '' OR NEW.id IS DISTINCT FROM OLD.id OR NEW.at IS DISTINCT FROM OLD.at OR NEW.action IS DISTINCT FROM OLD.action OR NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.actor_id IS DISTINCT FROM OLD.actor_id OR NEW.actor_name IS DISTINCT FROM OLD.actor_name OR NEW.roles IS DISTINCT FROM OLD.roles OR NEW.patient_id IS DISTINCT FROM OLD.patient_id OR NEW.entity_type IS DISTINCT FROM OLD.entity_type OR NEW.entity_id IS DISTINCT FROM OLD.entity_id OR NEW.detail IS DISTINCT FROM OLD.detail OR NEW.operation IS DISTINCT FROM OLD.operation OR NEW.purpose IS DISTINCT FROM OLD.purpose OR NEW.request_id IS DISTINCT FROM OLD.request_id OR NEW.remote_ip IS DISTINCT FROM OLD.remote_ip)
EXECUTE FUNCTION write_once();
