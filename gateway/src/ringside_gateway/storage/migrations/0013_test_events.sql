-- Made up for one endpoint: sent and kept like any other, but no event of the account.
ALTER TABLE outbox ADD COLUMN test INTEGER NOT NULL DEFAULT 0;
