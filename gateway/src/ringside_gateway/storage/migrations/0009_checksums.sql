-- What each finished hour held, written down once: the rows of `kind` (usage or ledger) made from `hour` (unix
-- seconds) on, how many they were, and a digest over them. Later changes to the rows of that hour show.
CREATE TABLE checksums (
    kind TEXT NOT NULL,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (kind, hour)
);
CREATE INDEX usage_events_by_age ON usage_events (created_at);
CREATE INDEX wallet_transactions_by_age ON wallet_transactions (created_at);
