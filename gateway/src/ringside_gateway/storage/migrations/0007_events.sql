-- Until when somebody listens to all events of the account (`ringside-gateway listen`).
ALTER TABLE accounts ADD COLUMN listened_until BIGINT NOT NULL DEFAULT 0;
