import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every table carries its tenant; the states of a report and the arrows between them are held by the database itself. */
export class InitialSchema1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tenants);
    await runner.query(templates);
    await runner.query(uploads);
    await runner.query(reports);
    await runner.query(reportParts);
    await runner.query(transitions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE report_events, report_files, report_uploads, report_inputs, idempotency_keys, reports, uploads,
                 template_versions, api_keys, tenants;
      DROP FUNCTION guard_report(), record_report_event(), refuse_update();`);
  }
}

const tenants = `
  CREATE TABLE tenants (
    id uuid CONSTRAINT tenants_pkey PRIMARY KEY,
    name text NOT NULL CONSTRAINT tenants_name_key UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now());

  CREATE TABLE api_keys (
    id text CONSTRAINT api_keys_pkey PRIMARY KEY,
    tenant_id uuid NOT NULL CONSTRAINT api_keys_tenant_fkey REFERENCES tenants,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT api_keys_secret_is_hashed CHECK (octet_length(secret_sha256) = 32));
  CREATE INDEX api_keys_tenant ON api_keys (tenant_id);`;

// Definitions are json, not jsonb: what an author sent is given back as it was sent.
const templates = `
  CREATE TABLE template_versions (
    tenant_id uuid NOT NULL CONSTRAINT template_versions_tenant_fkey REFERENCES tenants,
    name text NOT NULL,
    version integer NOT NULL,
    hash bytea NOT NULL,
    definition json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT template_versions_pkey PRIMARY KEY (tenant_id, name, version),
    CONSTRAINT template_versions_version_counts CHECK (version >= 1));

  CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME USING ERRCODE = 'RG003';
  END $$;
  CREATE TRIGGER template_versions_are_immutable BEFORE UPDATE ON template_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_update();`;

const uploads = `
  CREATE TABLE uploads (
    id uuid CONSTRAINT uploads_pkey PRIMARY KEY,
    tenant_id uuid NOT NULL CONSTRAINT uploads_tenant_fkey REFERENCES tenants,
    media_type text NOT NULL,
    storage_key text NOT NULL CONSTRAINT uploads_storage_key_key UNIQUE,
    size_bytes bigint NOT NULL,
    row_count bigint NOT NULL,
    sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT uploads_sha256_length CHECK (octet_length(sha256) = 32));
  CREATE INDEX uploads_expiry ON uploads (expires_at);`;

const reports = `
  CREATE TABLE reports (
    id uuid CONSTRAINT reports_pkey PRIMARY KEY,
    tenant_id uuid NOT NULL CONSTRAINT reports_tenant_fkey REFERENCES tenants,
    batch_id uuid,
    created_by_key_id text,
    request_id text,
    traceparent text,
    template text,
    template_version integer,
    format text NOT NULL DEFAULT 'pdf',
    reference text,
    filename text NOT NULL,
    locale text,
    time_zone text,
    as_of timestamptz NOT NULL,
    priority text NOT NULL DEFAULT 'normal',
    parameters_sha256 bytea NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    phase text,
    progress_percent smallint,
    progress_rows bigint NOT NULL DEFAULT 0,
    progress_pages integer NOT NULL DEFAULT 0,
    progress_at timestamptz,
    total_rows bigint,
    attempt integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 3,
    attempt_started_at timestamptz,
    lease_token uuid,
    lease_expires_at timestamptz,
    worker_id text,
    run_at timestamptz NOT NULL DEFAULT now(),
    deadline_at timestamptz NOT NULL,
    dispatch_seq integer NOT NULL DEFAULT 0,
    last_dispatched_at timestamptz,
    cancel_requested_at timestamptz,
    error jsonb,
    warnings jsonb NOT NULL DEFAULT '[]',
    file_id uuid,
    file_retention interval NOT NULL,
    record_retention interval NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    started_at timestamptz,
    finished_at timestamptz,
    file_expires_at timestamptz,
    record_expires_at timestamptz,
    deleted_at timestamptz,
    CONSTRAINT reports_state CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'canceled', 'expired')),
    CONSTRAINT reports_priority CHECK (priority IN ('high', 'normal', 'low')),
    CONSTRAINT reports_percent CHECK (progress_percent BETWEEN 0 AND 100),
    CONSTRAINT reports_max_attempts CHECK (max_attempts BETWEEN 1 AND 10),
    CONSTRAINT reports_template_has_version CHECK ((template IS NULL) = (template_version IS NULL)),
    CONSTRAINT reports_lease_iff_running
      CHECK ((state = 'running') = (lease_token IS NOT NULL AND lease_expires_at IS NOT NULL)),
    CONSTRAINT reports_file_iff_succeeded CHECK ((state = 'succeeded') = (file_id IS NOT NULL)),
    CONSTRAINT reports_finished_iff_terminal
      CHECK ((state IN ('succeeded', 'failed', 'canceled', 'expired')) = (finished_at IS NOT NULL)),
    CONSTRAINT reports_error_if_failed CHECK (state <> 'failed' OR error IS NOT NULL));
  CREATE INDEX reports_due ON reports (run_at) WHERE state = 'queued';
  CREATE INDEX reports_lease ON reports (lease_expires_at) WHERE state = 'running';
  CREATE INDEX reports_file_expiry ON reports (file_expires_at) WHERE state = 'succeeded';
  CREATE INDEX reports_record_expiry ON reports (record_expires_at) WHERE record_expires_at IS NOT NULL;
  CREATE INDEX reports_list ON reports (tenant_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
  CREATE INDEX reports_by_reference ON reports (tenant_id, reference, created_at DESC, id DESC)
    WHERE reference IS NOT NULL;
  CREATE INDEX reports_by_template ON reports (tenant_id, template, created_at DESC, id DESC)
    WHERE template IS NOT NULL;`;

const reportParts = `
  CREATE TABLE report_inputs (
    report_id uuid CONSTRAINT report_inputs_pkey PRIMARY KEY
      CONSTRAINT report_inputs_report_fkey REFERENCES reports ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    definition json,
    parameters json NOT NULL,
    data json NOT NULL);

  CREATE TABLE report_uploads (
    report_id uuid NOT NULL CONSTRAINT report_uploads_report_fkey REFERENCES reports ON DELETE CASCADE,
    upload_id uuid NOT NULL CONSTRAINT report_uploads_upload_fkey REFERENCES uploads ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    CONSTRAINT report_uploads_pkey PRIMARY KEY (report_id, upload_id));
  CREATE INDEX report_uploads_upload ON report_uploads (upload_id);

  CREATE TABLE report_files (
    id uuid CONSTRAINT report_files_pkey PRIMARY KEY,
    tenant_id uuid NOT NULL,
    report_id uuid NOT NULL CONSTRAINT report_files_report_key UNIQUE
      CONSTRAINT report_files_report_fkey REFERENCES reports ON DELETE CASCADE,
    attempt integer NOT NULL,
    storage_key text NOT NULL CONSTRAINT report_files_storage_key_key UNIQUE,
    size_bytes bigint NOT NULL,
    sha256 bytea NOT NULL,
    media_type text NOT NULL,
    pages integer NOT NULL,
    provenance jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT report_files_not_empty CHECK (size_bytes > 0),
    CONSTRAINT report_files_sha256_length CHECK (octet_length(sha256) = 32));

  CREATE TABLE report_events (
    report_id uuid NOT NULL CONSTRAINT report_events_report_fkey REFERENCES reports ON DELETE CASCADE,
    seq bigint NOT NULL,
    tenant_id uuid NOT NULL,
    type text NOT NULL,
    data jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT report_events_pkey PRIMARY KEY (report_id, seq));

  CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    resource_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, operation, key),
    CONSTRAINT idempotency_keys_length CHECK (length(key) BETWEEN 1 AND 255));
  CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);`;

// RG001: an arrow that the state machine does not have. RG002: an attempt that runs backwards.
const transitions = `
  CREATE FUNCTION guard_report() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.attempt < OLD.attempt THEN
      RAISE EXCEPTION 'report %: attempt cannot go from % to %', OLD.id, OLD.attempt, NEW.attempt
        USING ERRCODE = 'RG002';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('queued', 'running'), ('queued', 'canceled'), ('queued', 'failed'),
      ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'canceled'),
      ('succeeded', 'expired'), ('failed', 'expired'), ('canceled', 'expired')) THEN
      RAISE EXCEPTION 'report %: % cannot become %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'RG001';
    END IF;
    IF NEW.finished_at IS NOT NULL AND NEW.record_expires_at IS NULL THEN
      NEW.record_expires_at := greatest(NEW.finished_at + NEW.record_retention, NEW.file_expires_at);
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER reports_guard BEFORE UPDATE ON reports FOR EACH ROW EXECUTE FUNCTION guard_report();

  CREATE FUNCTION record_report_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO report_events (report_id, seq, tenant_id, type, data)
    VALUES (NEW.id, NEW.version, NEW.tenant_id, 'status', jsonb_strip_nulls(jsonb_build_object(
      'from', CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, 'to', NEW.state,
      'attempt', NEW.attempt, 'worker', NEW.worker_id, 'error', NEW.error->>'code')));
    RETURN NULL;
  END $$;
  CREATE TRIGGER reports_created_event AFTER INSERT ON reports
    FOR EACH ROW EXECUTE FUNCTION record_report_event();
  CREATE TRIGGER reports_changed_event AFTER UPDATE ON reports
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION record_report_event();`;
