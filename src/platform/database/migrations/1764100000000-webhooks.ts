import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhook endpoints, the outbox of what is to be delivered to them, and the trigger that fills it. */
export class Webhooks1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(announcements);
    await runner.query(widenFullKeys);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER reports_announced ON reports;
      DROP FUNCTION announce_report(), announce_event(uuid, uuid, text, json);
      DROP TABLE webhook_deliveries, webhook_endpoints;
      UPDATE api_keys SET scopes = array_remove(scopes, 'webhooks:admin');`);
  }
}

const tables = `
  CREATE TABLE webhook_endpoints (
    id uuid CONSTRAINT webhook_endpoints_pkey PRIMARY KEY,
    tenant_id uuid NOT NULL CONSTRAINT webhook_endpoints_tenant_fkey REFERENCES tenants,
    url text NOT NULL,
    events text[] NOT NULL,
    description text,
    status text NOT NULL DEFAULT 'enabled',
    disabled_reason text,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    deleted_at timestamptz,
    CONSTRAINT webhook_endpoints_status CHECK (status IN ('enabled', 'disabled')),
    CONSTRAINT webhook_endpoints_reason_iff_disabled CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CONSTRAINT webhook_endpoints_previous_secret_ends
      CHECK ((previous_secret IS NULL) = (previous_secret_expires_at IS NULL)));
  CREATE INDEX webhook_endpoints_tenant ON webhook_endpoints (tenant_id, created_at, id) WHERE deleted_at IS NULL;

  CREATE TABLE webhook_deliveries (
    id uuid CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
    tenant_id uuid NOT NULL,
    endpoint_id uuid NOT NULL CONSTRAINT webhook_deliveries_endpoint_fkey REFERENCES webhook_endpoints,
    subject_id uuid NOT NULL,
    type text NOT NULL,
    data json NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    tries_in_round integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease_token uuid,
    lease_expires_at timestamptz,
    last_attempt_at timestamptz,
    last_status integer,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    finished_at timestamptz,
    CONSTRAINT webhook_deliveries_once UNIQUE (endpoint_id, subject_id, type),
    CONSTRAINT webhook_deliveries_state
      CHECK (state IN ('pending', 'delivering', 'delivered', 'exhausted', 'disabled')),
    CONSTRAINT webhook_deliveries_lease_iff_delivering
      CHECK ((state = 'delivering') = (lease_token IS NOT NULL AND lease_expires_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_finished_iff_ended
      CHECK ((state IN ('delivered', 'exhausted', 'disabled')) = (finished_at IS NOT NULL)));
  CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE state = 'pending';
  CREATE INDEX webhook_deliveries_lease ON webhook_deliveries (endpoint_id, lease_expires_at) WHERE state = 'delivering';
  CREATE INDEX webhook_deliveries_list ON webhook_deliveries (tenant_id, created_at DESC, id DESC);
  CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
  CREATE INDEX webhook_deliveries_expiry ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;`;

// announce_event knows no report, only {type, data}; announce_report knows no endpoint.
const announcements = `
  CREATE FUNCTION announce_event(tenant uuid, subject uuid, event_type text, event_data json) RETURNS void
  LANGUAGE sql AS $$
    INSERT INTO webhook_deliveries (id, tenant_id, endpoint_id, subject_id, type, data)
    SELECT gen_random_uuid(), tenant, id, subject, event_type, event_data FROM webhook_endpoints
     WHERE tenant_id = tenant AND deleted_at IS NULL AND status = 'enabled' AND event_type = ANY(events)
    ON CONFLICT (endpoint_id, subject_id, type) DO NOTHING
  $$;

  CREATE FUNCTION announce_report() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    public_id text := 'rep_' || replace(NEW.id::text, '-', '');
    batch text := replace(to_jsonb(NEW)->>'batch_id', '-', '');
  BEGIN
    PERFORM announce_event(NEW.tenant_id, NEW.id, 'report.' || NEW.state, json_build_object(
      'id', public_id, 'status', NEW.state, 'reference', NEW.reference, 'batchId', 'bat_' || batch,
      'attempt', NEW.attempt, 'href', '/v1/reports/' || public_id));
    RETURN NULL;
  END $$;
  CREATE TRIGGER reports_announced AFTER UPDATE ON reports FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state IN ('succeeded', 'failed', 'canceled', 'expired'))
    EXECUTE FUNCTION announce_report();`;

// A key that was made with every scope there was keeps being one that may do everything.
const widenFullKeys = `
  UPDATE api_keys SET scopes = array_append(scopes, 'webhooks:admin')
   WHERE scopes @> ARRAY['reports:write', 'reports:read', 'files:read', 'templates:admin']
     AND NOT 'webhooks:admin' = ANY(scopes)`;
