-- References to a merged record in rows that its merger does not see. Whoever may write both records decides that they
-- are one; whoever else named either goes on naming that one. The merger is told nothing of it: neither whether there are
-- such rows, nor how many. Their owners' auditors are, and their history says who.
CREATE TABLE casm_sec.hidden_move (
    merge_id uuid NOT NULL,
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    column_name text NOT NULL,
    PRIMARY KEY (merge_id, table_name, row_id, column_name)
);
GRANT SELECT ON casm_sec.hidden_move TO casm_backup;

-- A merge of the caller's own making: made by it, or about records it may write, and as the records are.
CREATE FUNCTION casm_sec.own_merge(merge uuid) RETURNS casm.record_merge
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found casm.record_merge;
    right_owners boolean;
BEGIN
    SELECT * INTO found FROM casm.record_merge m WHERE m.id = merge;
    IF found.id IS NULL OR NOT (found.owner_id = ANY (casm_sec.writable_owners(found.asset_class, found.field_class)))
       OR NOT (found.merged_owner_id = ANY (casm_sec.writable_owners(found.asset_class, found.field_class))) THEN
        RAISE EXCEPTION 'no such merge' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('SELECT count(*) = 2 FROM casm.%I WHERE (id, owner_id) IN (($1, $2), ($3, $4))', found.record_class)
        INTO right_owners USING found.kept_id, found.owner_id, found.merged_id, found.merged_owner_id;
    IF NOT right_owners THEN
        RAISE EXCEPTION 'no such merge' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found;
END $$;

-- Points one row over; false where the database does not allow it, as where the owner names both records in one place.
CREATE FUNCTION casm_sec.point_one_over(
    table_name text, row_id uuid, id_column text, owner_column text, to_id uuid, to_owner uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('UPDATE casm.%I SET %I = $1%s WHERE id = $2', table_name, id_column,
        CASE WHEN owner_column IS NULL THEN '' ELSE format(', %I = $3', owner_column) END)
        USING to_id, row_id, to_owner;
    RETURN true;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN false;
END $$;

CREATE FUNCTION casm_sec.note_hidden_move(owner uuid, table_name text, row_id uuid, action text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM casm_sec.append_audit(jsonb_build_array(jsonb_build_object(
        'owner_id', owner, 'action', action, 'subject_table', table_name, 'subject_id', row_id)));
END $$;

CREATE FUNCTION casm_sec.point_hidden_over(merge uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made casm.record_merge := casm_sec.own_merge(merge);
    reference record;
    row record;
BEGIN
    IF made.undone_at IS NOT NULL THEN
        RETURN;
    END IF;
    FOR reference IN
        SELECT c.relname, a.attname AS id_column, o.attname AS owner_column
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
            AND a.attname LIKE '%\_id' AND a.attname NOT LIKE '%owner\_id' AND a.attname <> 'import_batch_id'
        LEFT JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = regexp_replace(a.attname, '_id$', '_owner_id')
        WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' AND c.relname <> 'result'
          AND EXISTS (SELECT FROM pg_attribute v WHERE v.attrelid = c.oid AND v.attname = 'version')
        ORDER BY c.relname, a.attname
    LOOP
        FOR row IN EXECUTE format('SELECT id, owner_id FROM casm.%I WHERE %I = $1 ORDER BY id',
                                  reference.relname, reference.id_column) USING made.merged_id
        LOOP
            -- A part cannot go over to another owner's record: it stays with the retired one.
            CONTINUE WHEN reference.owner_column IS NULL AND row.owner_id <> made.owner_id;
            IF casm_sec.point_one_over(reference.relname, row.id, reference.id_column, reference.owner_column,
                                       made.kept_id, made.owner_id) THEN
                INSERT INTO casm_sec.hidden_move VALUES (merge, reference.relname, row.id, reference.id_column)
                    ON CONFLICT DO NOTHING;
                PERFORM casm_sec.note_hidden_move(row.owner_id, reference.relname, row.id, 'pointed over by a merge');
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- Back again, where the row still names the kept record: what its owner has written since stands.
CREATE FUNCTION casm_sec.point_hidden_back(merge uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made casm.record_merge := casm_sec.own_merge(merge);
    moved record;
    owner uuid;
    owner_column text;
BEGIN
    FOR moved IN SELECT * FROM casm_sec.hidden_move h WHERE h.merge_id = merge LOOP
        SELECT attname INTO owner_column FROM pg_attribute
            WHERE attrelid = format('casm.%I', moved.table_name)::regclass AND NOT attisdropped
              AND attname = regexp_replace(moved.column_name, '_id$', '_owner_id');
        EXECUTE format('SELECT owner_id FROM casm.%I WHERE id = $1 AND %I = $2', moved.table_name, moved.column_name)
            INTO owner USING moved.row_id, made.kept_id;
        IF owner IS NOT NULL AND casm_sec.point_one_over(moved.table_name, moved.row_id, moved.column_name,
                owner_column, made.merged_id, made.merged_owner_id) THEN
            PERFORM casm_sec.note_hidden_move(owner, moved.table_name, moved.row_id, 'pointed back by an undone merge');
        END IF;
    END LOOP;
    DELETE FROM casm_sec.hidden_move h WHERE h.merge_id = merge;
END $$;

REVOKE ALL ON FUNCTION casm_sec.own_merge(uuid), casm_sec.point_hidden_over(uuid), casm_sec.point_hidden_back(uuid),
    casm_sec.point_one_over(text, uuid, text, text, uuid, uuid),
    casm_sec.note_hidden_move(uuid, text, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.point_hidden_over(uuid), casm_sec.point_hidden_back(uuid) TO casm_app, casm_wide;
