-- The audit: one row an event, each holding the hash of the one before it. Nothing here is ever changed or deleted.
-- No foreign keys: an event outlives what it tells of, and its writing must wait for no lock but the head's.
CREATE TABLE audit_event (
    sequence BIGINT NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor VARCHAR NOT NULL,
    account_id UUID,
    owner_id UUID NOT NULL,
    action VARCHAR NOT NULL,
    subject_table VARCHAR,
    subject_id UUID,
    origin VARCHAR,
    request_id VARCHAR,
    details JSONB NOT NULL,
    seen JSONB,
    seen_owner_ids UUID[],
    seen_salt UUID,
    seen_sha256 VARCHAR,
    content_sha256 VARCHAR NOT NULL,
    previous_sha256 VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    CONSTRAINT pk_audit_event PRIMARY KEY (sequence),
    CONSTRAINT uq_audit_event_id UNIQUE (id)
);

COMMENT ON COLUMN audit_event.id IS 'random, so that a hash of the event tells nothing to who cannot read it';
COMMENT ON COLUMN audit_event.seen IS 'what a view or export showed: owner id → record class → how many; read by seen_of()';
CREATE INDEX ix_audit_event_owner_id ON audit_event (owner_id);
CREATE INDEX ix_audit_event_at ON audit_event (at);
CREATE INDEX ix_audit_event_seen_owner_ids ON audit_event USING gin (seen_owner_ids);

-- How many events there are and the hash of the last: what a chain cannot know of itself.
CREATE TABLE casm_sec.audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    genesis_sha256 varchar NOT NULL,
    event_count bigint NOT NULL CHECK (event_count >= 0),
    last_sha256 varchar NOT NULL
);
