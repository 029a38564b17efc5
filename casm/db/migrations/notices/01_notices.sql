-- What somebody is to be told: kept by account, without the words of records, which are looked up when it is read.
-- Frozen: later changes are later migrations.

CREATE TABLE notice (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    owner_id UUID NOT NULL,
    account_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    asset_class VARCHAR,
    field_classes VARCHAR[] DEFAULT '{public}' NOT NULL,
    subject_table VARCHAR,
    subject_id UUID,
    actor VARCHAR NOT NULL,
    details JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT fk_notice_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT ck_notice_kind_well_formed CHECK (kind ~ '^[a-z][a-z_]*$'),
    CONSTRAINT ck_notice_field_classes_known CHECK (field_classes <@ ARRAY['public', 'sensitive', 'encryption', 'contact']::varchar[]),
    CONSTRAINT ck_notice_subject_whole CHECK ((subject_table IS NULL) = (subject_id IS NULL))
);
COMMENT ON COLUMN notice.asset_class IS 'NULL: about no record, so that no right to one decides';
COMMENT ON COLUMN notice.details IS 'numbers and days alone; never the words of a record';
CREATE INDEX ix_notice_owner_id ON notice (owner_id);
CREATE INDEX ix_notice_account_id_created_at ON notice (account_id, created_at);
CREATE UNIQUE INDEX uq_notice_account_id_kind_subject_id ON notice (account_id, kind, subject_id) WHERE read_at IS NULL;

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
CREATE POLICY moves ON notice FOR ALL TO casm_owner USING (true) WITH CHECK (true);
GRANT SELECT ON notice TO casm_app, casm_wide, casm_backup;
GRANT UPDATE (read_at) ON notice TO casm_app, casm_wide;

-- Tells those concerned, but for who did it: one row for each, which a later one of the same about the same takes the
-- place of until it is read. How many were told is not for the program to know.
-- audience: account (who: its id), verifier (who: a name or address), deciders (managers of the owner who have the
-- fields), receivers (who: an owner; its own managers, editors, readers and partners), managers (of the owner).
-- once: not again to whom the very same was told before.
CREATE FUNCTION casm_sec.notify(told_kind text, about uuid, of_class text, of_fields text[], of_table text, of_id uuid,
        told jsonb, audience text, who text, once boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    teller text := casm_sec.actor();
    own uuid := casm_sec.account_id();
BEGIN
    IF teller IS NULL OR casm_sec.verified_context() IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO casm.notice AS n (owner_id, account_id, kind, asset_class, field_classes, subject_table, subject_id,
                                  actor, details)
        SELECT about, a.id, told_kind, of_class, of_fields, of_table, of_id, teller, coalesce(told, '{}')
        FROM casm_gate.account a
        WHERE a.state = 'active' AND a.id IS DISTINCT FROM own
          AND NOT (once AND EXISTS (SELECT FROM casm.notice o WHERE o.account_id = a.id AND o.kind = told_kind
                                    AND o.subject_id = of_id AND o.details = told))
          AND CASE audience
            WHEN 'account' THEN a.id = who::uuid
            WHEN 'verifier' THEN (a.email = lower(who) OR a.name = who) AND EXISTS (
                SELECT FROM casm.membership m JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id
                WHERE m.account_id = a.id AND m.ended_at IS NULL AND c.descendant_id = about
                  AND m.role IN ('administrative_manager', 'agency_editor', 'agency_reader'))
            WHEN 'receivers' THEN EXISTS (
                SELECT FROM casm.membership m WHERE m.account_id = a.id AND m.ended_at IS NULL
                  AND m.owner_id = who::uuid
                  AND m.role IN ('administrative_manager', 'agency_editor', 'agency_reader', 'partner'))
            ELSE EXISTS (
                SELECT FROM casm.membership m JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id
                WHERE m.account_id = a.id AND m.ended_at IS NULL AND c.descendant_id = about
                  AND m.role = 'administrative_manager'
                  AND (audience = 'managers' OR audience = 'deciders' AND of_fields <@ m.field_classes::text[]
                       AND (m.asset_classes IS NULL OR of_class = ANY (m.asset_classes)))) END
        ON CONFLICT (account_id, kind, subject_id) WHERE read_at IS NULL
        DO UPDATE SET created_at = now(), actor = excluded.actor, details = excluded.details,
                      owner_id = excluded.owner_id, field_classes = excluded.field_classes;
END $$;

-- How many notices the asker has not read, of those it may still be told: for the head of each page.
CREATE FUNCTION casm_sec.unread_notices() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own uuid := casm_sec.account_id();
    keys text[];
BEGIN
    IF own IS NULL OR NOT EXISTS (SELECT FROM casm.notice n WHERE n.account_id = own AND n.read_at IS NULL) THEN
        RETURN 0;
    END IF;
    keys := casm_sec.scope_keys(false);
    RETURN (SELECT count(*) FROM casm.notice n
            WHERE n.account_id = own AND n.read_at IS NULL AND (n.asset_class IS NULL OR NOT EXISTS (
                SELECT FROM unnest(n.field_classes || ARRAY['public']) f
                WHERE n.owner_id || '|*|' || f <> ALL (keys) AND n.owner_id || '|' || n.asset_class || '|' || f <> ALL (keys))));
END $$;

REVOKE ALL ON FUNCTION casm_sec.notify(text, uuid, text, text[], text, uuid, jsonb, text, text, boolean),
    casm_sec.unread_notices() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.notify(text, uuid, text, text[], text, uuid, jsonb, text, text, boolean),
    casm_sec.unread_notices() TO casm_app, casm_wide;
