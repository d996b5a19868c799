-- Every try of a call at a target. `discarded_nano` is what an answer cost that was thrown away.
CREATE TABLE call_attempts (
    request_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    outcome TEXT NOT NULL,
    upstream_status INTEGER,
    duration_ms BIGINT NOT NULL,
    discarded_nano BIGINT,
    PRIMARY KEY (request_id, position)
);
CREATE INDEX call_attempts_by_age ON call_attempts (created_at);
