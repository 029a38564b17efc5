-- What people say of findings, and what a merge of two records changed. Frozen: later changes are later migrations.
CREATE TABLE finding_dismissal (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    asset_class VARCHAR NOT NULL,
    field_class VARCHAR NOT NULL,
    record_class VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    rule VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    rests_on_sha256 VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    dismissed_by VARCHAR NOT NULL,
    dismissed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    reopened_by VARCHAR,
    reopened_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_finding_dismissal PRIMARY KEY (id),
    CONSTRAINT fk_finding_dismissal_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT ck_finding_dismissal_because_is_said CHECK (length(btrim(because)) BETWEEN 1 AND 500),
    CONSTRAINT ck_finding_dismissal_reopened_whole CHECK (num_nonnulls(reopened_by, reopened_at) IN (0, 2))
);
CREATE INDEX ix_finding_dismissal_record_id ON finding_dismissal (record_id);

CREATE TABLE record_merge (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    asset_class VARCHAR NOT NULL,
    field_class VARCHAR NOT NULL,
    record_class VARCHAR NOT NULL,
    kept_id UUID NOT NULL,
    merged_owner_id UUID NOT NULL,
    merged_id UUID NOT NULL,
    moves JSONB NOT NULL,
    merged_by VARCHAR NOT NULL,
    merged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    undone_by VARCHAR,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_record_merge PRIMARY KEY (id),
    CONSTRAINT fk_record_merge_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT ck_record_merge_joins_two CHECK (kept_id <> merged_id),
    CONSTRAINT ck_record_merge_undone_whole CHECK (num_nonnulls(undone_by, undone_at) IN (0, 2))
);
CREATE INDEX ix_record_merge_kept_id ON record_merge (kept_id);
CREATE INDEX ix_record_merge_merged_id ON record_merge (merged_id);
COMMENT ON COLUMN record_merge.moves IS
    'rows changed: table, id, versions before and after, columns; the values are in the history';

DO $$
DECLARE
    name text;
    own text;
BEGIN
    FOREACH name IN ARRAY ARRAY['finding_dismissal', 'record_merge'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        -- By the class of each row's own record. They are looked for by the ids of records that are seen, which the
        -- index answers before the policy is asked, so that no row of another's is walked over.
        own := 'owner_id = ANY (casm_sec.member_owners(asset_class, ''public'')) AND '
            '(field_class = ''public'' OR owner_id = ANY (casm_sec.member_owners(asset_class, field_class)))';
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT TO casm_app, casm_wide USING (%s)', name, own);
        own := 'owner_id = ANY (casm_sec.writable_owners(asset_class, ''public'')) AND '
            '(field_class = ''public'' OR owner_id = ANY (casm_sec.writable_owners(asset_class, field_class)))';
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT TO casm_app, casm_wide WITH CHECK (%s AND %I = '
            '(SELECT casm_sec.actor()))', name, own,
            CASE name WHEN 'record_merge' THEN 'merged_by' ELSE 'dismissed_by' END);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE TO casm_app, casm_wide USING (%s) WITH CHECK (%s)',
            name, own, own);
        EXECUTE format('CREATE POLICY moves ON %I FOR ALL TO casm_owner USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO casm_app, casm_wide', name);
        EXECUTE format('GRANT SELECT ON %I TO casm_backup', name);
    END LOOP;
END $$;
GRANT UPDATE (reopened_by, reopened_at) ON finding_dismissal TO casm_app, casm_wide;
GRANT UPDATE (undone_by, undone_at) ON record_merge TO casm_app, casm_wide;
