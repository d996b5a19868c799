CREATE TABLE slots (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    alias TEXT NOT NULL,
    targets TEXT NOT NULL,
    strategy TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX slots_by_alias ON slots (account_id, livemode, alias);
CREATE INDEX slots_by_account ON slots (account_id, livemode, id);
