-- When a subject was last told (unix seconds) that its rate limit refused a call: once a minute is enough.
ALTER TABLE customers ADD COLUMN rate_alert_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN rate_alert_at BIGINT NOT NULL DEFAULT 0;
