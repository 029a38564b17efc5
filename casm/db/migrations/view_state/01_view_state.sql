-- What a page of the inventory shows depends on what its reader may see and on the rows that are there. view_state() is
-- one word for both: while it stays the same for a reader, so does every page, and what was made once may be shown again.

-- One row for each transaction that changed something shown. A reader's snapshot holds the rows of the transactions it
-- sees, and what is committed stays so: the sum of the weights is therefore the same for two snapshots only if they see
-- the same changes, whatever order long and short transactions end in. A number drawn before the commit would not do.
-- A transaction number seen before, as after a restore into another server, adds to its row instead of being lost.
CREATE TABLE casm_sec.data_change (
    transaction_id xid8 PRIMARY KEY,
    weight bigint NOT NULL DEFAULT 1
);

CREATE FUNCTION casm_sec.note_data_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casm_sec.data_change AS c (transaction_id) VALUES (pg_current_xact_id())
        ON CONFLICT (transaction_id) DO UPDATE SET weight = c.weight + 1;
    RETURN NULL;
END $$;

-- Every table whose rows a map or a table shows. The rest changes often, and would only have pages made again; what a
-- share link shows is told by its scopes.
DO $$
DECLARE
    shown regclass;
BEGIN
    FOR shown IN
        SELECT oid FROM pg_class WHERE relnamespace = 'casm'::regnamespace AND relkind = 'r'
            AND relname NOT IN ('audit_event', 'history', 'import_batch', 'import_problem', 'job', 'share_link')
    LOOP
        EXECUTE format('CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
            'FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change()', shown);
    END LOOP;
END $$;

-- Changed by every change of a row, and by whatever changes what the asker may see or know of, an hour that passes
-- included. Beside the sight it takes in by which way each thing is seen, as that decides between results of two sights.
CREATE FUNCTION casm_sec.view_state() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT encode(sha256(convert_to(concat_ws(E'\n',
            -- A database put back from a backup counts on from an earlier sum, to other rows.
            (SELECT oid FROM pg_database WHERE datname = current_database()), pg_postmaster_start_time(),
            (SELECT sum(weight) FROM casm_sec.data_change),
            (SELECT string_agg(DISTINCT concat_ws('|', s.root_id, s.via, s.may_write, s.precision_m,
                    coalesce((SELECT string_agg(c, ',' ORDER BY c COLLATE "C") FROM unnest(s.asset_classes) c), '*'),
                    (SELECT string_agg(f, ',' ORDER BY f COLLATE "C") FROM unnest(s.field_classes) f),
                    coalesce((SELECT encode(sha256(public.st_asbinary(a.area)), 'hex')
                              FROM casm_sec.scope_areas() a WHERE a.via_id = s.via_id), 'everywhere')), E'\n')
             FROM casm_sec.scopes() s),
            (SELECT string_agg(o::text, ',' ORDER BY o) FROM unnest(casm_sec.known_owners()) o)), 'UTF8')), 'hex'));
END $$;

-- Adds the rows of transactions that every snapshot sees up in one, which leaves every sum as it is; how many went.
CREATE FUNCTION casm_sec.fold_data_changes() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    WITH old AS (
        SELECT transaction_id FROM casm_sec.data_change
        WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot()) FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM casm_sec.data_change c USING old WHERE c.transaction_id = old.transaction_id RETURNING c.weight
    ), kept AS (
        INSERT INTO casm_sec.data_change AS c (transaction_id, weight)
            SELECT pg_current_xact_id(), sum(weight) FROM taken HAVING count(*) > 0
            ON CONFLICT (transaction_id) DO UPDATE SET weight = c.weight + excluded.weight
    )
    SELECT count(*) INTO gone FROM taken;
    RETURN gone;
END $$;

REVOKE ALL ON FUNCTION casm_sec.note_data_change(), casm_sec.view_state(), casm_sec.fold_data_changes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.view_state(), casm_sec.fold_data_changes() TO casm_app;
GRANT SELECT ON casm_sec.data_change TO casm_backup;
