-- What each owner asks of whoever handles its rows. Frozen: later changes are later migrations.
CREATE TABLE handling_text (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    text VARCHAR,
    tlp_floor VARCHAR,
    tlp_ceiling VARCHAR,
    release_up_to VARCHAR,
    set_by VARCHAR NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_handling_text PRIMARY KEY (id),
    CONSTRAINT fk_handling_text_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT uq_handling_text_owner_id UNIQUE (owner_id),
    CONSTRAINT ck_handling_text_tlp_floor_known CHECK (tlp_floor IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    CONSTRAINT ck_handling_text_tlp_ceiling_known CHECK (tlp_ceiling IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    CONSTRAINT ck_handling_text_release_up_to_known CHECK (release_up_to IN ('public', 'partner', 'internal')),
    CONSTRAINT ck_handling_text_text_is_a_line CHECK (length(btrim(text)) BETWEEN 1 AND 240 AND text !~ '[[:cntrl:]]')
);

COMMENT ON COLUMN handling_text.text IS 'words printed beside the label';
COMMENT ON COLUMN handling_text.tlp_floor IS 'least label of any row';
COMMENT ON COLUMN handling_text.tlp_ceiling IS 'highest label that leaves in a file or by a link';
COMMENT ON COLUMN handling_text.release_up_to IS 'highest sensitivity generalised into public releases';
ALTER TABLE handling_text ALTER COLUMN owner_id SET STATISTICS 0;

ALTER TABLE handling_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE handling_text FORCE ROW LEVEL SECURITY;
-- Whoever sees a county's row must also follow the state's rules: read along with the names that lead to a row.
CREATE POLICY reads ON handling_text FOR SELECT USING (owner_id = ANY ((SELECT casm_sec.known_owners())::uuid[]));
CREATE POLICY adds ON handling_text FOR INSERT WITH CHECK (
    owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]) AND set_by = (SELECT casm_sec.actor()));
CREATE POLICY changes ON handling_text FOR UPDATE
    USING (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]))
    WITH CHECK (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]) AND set_by = (SELECT casm_sec.actor()));
GRANT SELECT, INSERT ON handling_text TO casm_app, casm_wide;
GRANT UPDATE (text, tlp_floor, tlp_ceiling, release_up_to, set_by, set_at) ON handling_text TO casm_app, casm_wide;
GRANT SELECT ON handling_text TO casm_backup;
