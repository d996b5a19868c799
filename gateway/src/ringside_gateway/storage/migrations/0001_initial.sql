-- Amounts (*_nano) are nano-dollars, times (*_at) unix seconds. An account has one row for live and one for test
-- mode: nothing of one mode can reach the other.
CREATE TABLE accounts (
    id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    name TEXT NOT NULL,
    balance_nano BIGINT,
    held_nano BIGINT NOT NULL DEFAULT 0,
    markup_ppm BIGINT NOT NULL DEFAULT 0,
    rate_limit_rpm BIGINT,
    rate_limit_tpm BIGINT,
    customer_rate_limit_rpm BIGINT,
    customer_rate_limit_tpm BIGINT,
    auto_create_customers INTEGER NOT NULL DEFAULT 1,
    wallet_alert INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id, livemode)
);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    last4 TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_keys_by_account ON api_keys (account_id, livemode, id);

CREATE TABLE customers (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT,
    email TEXT,
    budget_nano BIGINT,
    rate_limit_rpm BIGINT,
    rate_limit_tpm BIGINT,
    wallet_low_threshold_nano BIGINT,
    markup_ppm BIGINT,
    metadata TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    balance_nano BIGINT,
    held_nano BIGINT NOT NULL DEFAULT 0,
    last_topup_nano BIGINT NOT NULL DEFAULT 0,
    spend_month TEXT NOT NULL DEFAULT '',
    spend_nano BIGINT NOT NULL DEFAULT 0,
    budget_alert TEXT NOT NULL DEFAULT '',
    wallet_alert INTEGER NOT NULL DEFAULT 0
);
-- Deleting frees the external id.
CREATE UNIQUE INDEX customers_by_external_id ON customers (account_id, livemode, external_id)
    WHERE deleted_at IS NULL;
CREATE INDEX customers_by_account ON customers (account_id, livemode, id);

-- What a call under way may cost at most. `facts` holds what settling needs if the process dies (price, tokens,
-- tags); `delivered_tokens` is null until the first byte went to the client.
CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    customer_id TEXT,
    account_nano BIGINT NOT NULL,
    customer_nano BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    subjects TEXT NOT NULL,
    facts TEXT NOT NULL,
    delivered_tokens BIGINT,
    state TEXT NOT NULL,
    idempotency_key TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX holds_open ON holds (expires_at) WHERE state = 'held';

CREATE TABLE usage_events (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    request_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    customer_id TEXT,
    operation TEXT NOT NULL,
    model_requested TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    input_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    cost_nano BIGINT NOT NULL,
    billable_nano BIGINT NOT NULL,
    usage_source TEXT NOT NULL,
    status TEXT NOT NULL,
    stream INTEGER NOT NULL,
    tags TEXT NOT NULL,
    latency_ms BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (request_id, attempt, kind)
);
CREATE INDEX usage_events_by_account ON usage_events (account_id, livemode, created_at);
CREATE INDEX usage_events_by_customer ON usage_events (customer_id, created_at);

CREATE TABLE usage_event_tags (
    event_seq BIGINT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (event_seq, tag)
);
CREATE INDEX usage_event_tags_by_tag ON usage_event_tags (tag, event_seq);

-- The append-only ledger of customer wallets and account wallets (`owner_id`).
CREATE TABLE wallet_transactions (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    owner_id TEXT NOT NULL,
    type TEXT NOT NULL,
    amount_nano BIGINT NOT NULL,
    balance_after_nano BIGINT NOT NULL,
    description TEXT,
    request_id TEXT,
    attempt INTEGER,
    refunded_transaction_id TEXT,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (owner_id, livemode, request_id, attempt, type)
);
CREATE INDEX wallet_transactions_by_owner ON wallet_transactions (owner_id, livemode, seq);
CREATE INDEX wallet_transactions_refunds ON wallet_transactions (refunded_transaction_id)
    WHERE refunded_transaction_id IS NOT NULL;

CREATE TABLE rate_windows (
    subject TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    PRIMARY KEY (subject, bucket)
);
CREATE INDEX rate_windows_by_age ON rate_windows (bucket);

CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    key TEXT NOT NULL,
    owner TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    status INTEGER,
    content_type TEXT,
    headers TEXT,
    body {blob},
    created_at BIGINT NOT NULL,
    lease_expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, livemode, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Events are written with the change they report, in its transaction.
CREATE TABLE outbox (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    dispatched_at BIGINT
);
CREATE INDEX outbox_pending ON outbox (seq) WHERE dispatched_at IS NULL;
