CREATE TABLE client_tokens (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    origins TEXT NOT NULL,
    ip TEXT,
    bind_ip INTEGER NOT NULL,
    rate_limit_rpm BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX client_tokens_by_customer ON client_tokens (customer_id, id);
CREATE INDEX client_tokens_by_expiry ON client_tokens (expires_at);

-- Which origins living tokens name: a preflight carries no credential, so this is all there is to answer it by.
CREATE TABLE client_token_origins (
    origin TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
