-- What stands in the way of a merger, told with no more than the asker may read. The list of clashing keys was made with
-- the owner's rights and held the names of records that the asker may not see; only the program left them out.

-- Tables in which both owners have records of one natural key: whatever they hold, its name is all that is told.
CREATE FUNCTION casm_sec.clashing_tables(merged uuid, into_owner uuid) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    natural_key record;
    clashes boolean;
BEGIN
    IF NOT casm_sec.rules_from_above(merged) OR NOT (into_owner = ANY (casm_sec.managed_owners())) THEN
        RAISE EXCEPTION 'only who rules both owners may merge them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR natural_key IN SELECT * FROM casm_sec.natural_keys() LOOP
        EXECUTE format('SELECT EXISTS (%s)',
            casm_sec.both_have(natural_key.of_table, natural_key.keys, natural_key.holds_where))
            INTO clashes USING merged, into_owner;
        IF clashes THEN
            RETURN NEXT natural_key.of_table;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION casm_sec.natural_keys() RETURNS TABLE (of_table text, keys text, holds_where text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.relname::text,
           (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n)
            FROM generate_series(2, i.indnkeyatts) n),
           coalesce(pg_get_expr(i.indpred, i.indrelid), 'true')
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'casm'::regnamespace AND i.indisunique AND NOT i.indisprimary AND i.indnkeyatts > 1
      AND pg_get_indexdef(i.indexrelid, 1, true) = 'owner_id'
      AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'version')
      AND c.relname <> 'result'
$$;

CREATE FUNCTION casm_sec.both_have(of_table text, keys text, holds_where text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('SELECT %s FROM casm.%I WHERE owner_id = $1 AND (%s) INTERSECT '
                  'SELECT %s FROM casm.%I WHERE owner_id = $2 AND (%s)',
                  keys, of_table, holds_where, keys, of_table, holds_where)
$$;

-- The clashing keys that the asker reads in both owners, by its own rights; and once, without a key, each table in which
-- something clashes that it does not read. Who merges runs it as casm_owner, who reads all of them.
CREATE OR REPLACE FUNCTION casm_sec.merge_conflicts(merged uuid, into_owner uuid)
    RETURNS TABLE (table_name text, key text)
    LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clashing text[] := ARRAY(SELECT casm_sec.clashing_tables(merged, into_owner));
    natural_key record;
    key_count integer;
    told text[] := '{}';
BEGIN
    FOR natural_key IN SELECT * FROM casm_sec.natural_keys() n WHERE n.of_table = ANY (clashing) LOOP
        RETURN QUERY EXECUTE format('SELECT %L::text, concat_ws('' · '', found.*) FROM (%s) found', natural_key.of_table,
            casm_sec.both_have(natural_key.of_table, natural_key.keys, natural_key.holds_where))
            USING merged, into_owner;
        GET DIAGNOSTICS key_count = ROW_COUNT;
        IF key_count > 0 THEN
            told := told || natural_key.of_table;
        END IF;
    END LOOP;
    RETURN QUERY SELECT DISTINCT c, NULL::text FROM unnest(clashing) c WHERE c <> ALL (told);
END $$;

REVOKE ALL ON FUNCTION casm_sec.clashing_tables(uuid, uuid), casm_sec.natural_keys(),
    casm_sec.both_have(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.clashing_tables(uuid, uuid), casm_sec.natural_keys(),
    casm_sec.both_have(text, text, text) TO casm_app;
