-- The rates a call was billed at, nano-dollars per million tokens: a price list changes, a bill does not.
ALTER TABLE usage_events ADD COLUMN rates TEXT;
