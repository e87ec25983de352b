-- key is the id in lower case: ARM ids are equal in any case.
CREATE TABLE documents (
  key TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  etag TEXT NOT NULL,
  body TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX documents_by_kind ON documents (kind, key);

-- Small values that may expire, such as the answers to idempotency keys.
CREATE TABLE small_values (
  space TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX small_values_by_expiry ON small_values (expires_at) WHERE expires_at IS NOT NULL;

-- One row: the number of batches ever applied. Etags are made of it.
CREATE TABLE revision (number INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES (0);
