-- Secrets are sealed with the operator's. `failing_since` is the first failure since the last success.
CREATE TABLE webhook_endpoints (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL,
    disabled_reason TEXT,
    failing_since BIGINT,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_secret_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_by_account ON webhook_endpoints (account_id, livemode, id);

-- One event on its way to one endpoint. `due_ms` is when it may be claimed: of a claimed one, when its lease is over.
CREATE TABLE webhook_deliveries (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    endpoint_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_ms BIGINT NOT NULL,
    response_status INTEGER,
    response_body TEXT,
    duration_ms BIGINT,
    error TEXT,
    last_attempt_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_ms) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, seq);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- The event types some enabled endpoint of the account gets, kept where the money path reads the account anyway.
ALTER TABLE accounts ADD COLUMN webhook_events TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_by_account ON outbox (account_id, livemode, seq);
CREATE INDEX outbox_by_age ON outbox (created_at) WHERE dispatched_at IS NOT NULL;
