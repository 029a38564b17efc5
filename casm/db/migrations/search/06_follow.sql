-- A change touches the words of the columns it changes and no others; a large load leaves its records to be taken up
-- afterwards; and what is written is sorted, as an index is filled several times as fast so.

-- Records whose words are still to be made: of statements that write thousands, until somebody takes them up.
CREATE TABLE casm_sec.search_waiting (
    table_name text NOT NULL,
    owner_id uuid NOT NULL,
    record_id uuid NOT NULL
);
CREATE INDEX ix_search_waiting_record_id ON casm_sec.search_waiting (record_id);
ALTER TABLE casm_sec.search_waiting ENABLE ROW LEVEL SECURITY;
ALTER TABLE casm_sec.search_waiting FORCE ROW LEVEL SECURITY;
CREATE POLICY keeps ON casm_sec.search_waiting TO casm_owner USING (true) WITH CHECK (true);
GRANT SELECT ON casm_sec.search_waiting TO casm_backup;

-- What writes words, and their variants where the shelf has them not yet, as SQL. It is executed by who sees the rows, as
-- a trigger's tables are its own. adds: an INSERT into search_entry.
CREATE FUNCTION casm_sec.search_with_variants_sql(adds text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN format('WITH added AS (%s ORDER BY 1, 4 RETURNING shelf_id, word) '
        'INSERT INTO casm_sec.search_variant (shelf_id, variant, word) '
        'SELECT n.shelf_id, v, n.word FROM (SELECT DISTINCT a.shelf_id, a.word FROM added a) n, '
        'LATERAL casm_sec.search_variants(n.word) q, LATERAL unnest(q) v '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_variant s WHERE s.shelf_id = n.shelf_id '
        'AND s.variant = q[1] AND s.word = n.word) ORDER BY 1, 2', adds);

-- The same of some rows of a table. rows_of: SQL that gives them, in which $1 may stand for ids; further: a condition on
-- f, a searched column, and r, a row.
CREATE FUNCTION casm_sec.search_words_sql(searched text, rows_of text, further text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN casm_sec.search_with_variants_sql(
        format('%s AND %s', casm_sec.search_add_sql(searched, rows_of), further));

-- The same of the shelves that they stand on.
CREATE FUNCTION casm_sec.search_shelves_sql(searched text, rows_of text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN format('INSERT INTO casm_sec.search_shelf (shelf_id, owner_id, scope) '
        'SELECT DISTINCT casm_sec.search_shelf_id(f.scope, o.number), o.owner_id, f.scope '
        'FROM (SELECT DISTINCT owner_id FROM %s n) r JOIN casm_sec.search_owner o ON o.owner_id = r.owner_id, '
        '(SELECT DISTINCT scope FROM casm_sec.search_field WHERE table_name = %L) f '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_shelf h WHERE h.owner_id = o.owner_id AND h.scope = f.scope)',
        rows_of, searched);

-- With its owner's rights, as the app itself may write neither.
CREATE OR REPLACE FUNCTION casm_sec.follow_records() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    many CONSTANT integer := 5000;
    every smallint[];
    changes text;
    rows_of text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (SELECT count(*) FROM (SELECT FROM new_rows LIMIT many + 1) n) > many THEN
            INSERT INTO casm_sec.search_waiting (table_name, owner_id, record_id)
            SELECT TG_TABLE_NAME, n.owner_id, n.id FROM new_rows n;
        ELSE
            EXECUTE casm_sec.search_words_sql(TG_TABLE_NAME, 'new_rows', 'true');
            EXECUTE casm_sec.search_shelves_sql(TG_TABLE_NAME, 'new_rows');
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM casm_sec.search_waiting w USING old_rows r WHERE w.record_id = r.id;
        DELETE FROM casm_sec.search_entry e USING old_rows r WHERE e.record_id = r.id;
    ELSE
        SELECT array_agg(field ORDER BY field), string_agg(
            format('CASE WHEN o.%I IS DISTINCT FROM n.%I THEN %s END', column_name, column_name, field), ', ')
            INTO every, changes FROM casm_sec.search_field WHERE table_name = TG_TABLE_NAME;
        rows_of := format('(SELECT * FROM (SELECT n.*, CASE WHEN o.owner_id <> n.owner_id THEN %L::smallint[] '
            'ELSE array_remove(ARRAY[%s]::smallint[], NULL) END AS changed_fields '
            'FROM new_rows n JOIN old_rows o ON o.id = n.id) c WHERE c.changed_fields <> %L)', every, changes, '{}');
        -- Whoever is taking up a record of these now is waited for, so that its words of before are seen, and go.
        PERFORM FROM casm_sec.search_waiting w JOIN new_rows r ON r.id = w.record_id FOR UPDATE OF w;
        EXECUTE format('DELETE FROM casm_sec.search_entry e USING %s r '
            'WHERE e.record_id = r.id AND e.field = ANY (r.changed_fields)', rows_of);
        EXECUTE casm_sec.search_words_sql(TG_TABLE_NAME, rows_of, 'f.field = ANY (r.changed_fields)');
        EXECUTE casm_sec.search_shelves_sql(TG_TABLE_NAME, rows_of);
    END IF;
    RETURN NULL;
END $$;

-- As before, but for how variants are written. All values of the records touched are written anew, as
-- words that two values share stand once.
CREATE OR REPLACE FUNCTION casm_sec.follow_added_values() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
BEGIN
    EXECUTE format('DELETE FROM casm_sec.search_entry e USING (SELECT DISTINCT record_id FROM %s) r '
        'WHERE e.record_id = r.record_id AND e.field = ANY (%L)', touched,
        (SELECT coalesce(array_agg(field), '{}') FROM casm_sec.search_field WHERE table_name = 'custom_value'));
    EXECUTE casm_sec.search_with_variants_sql(format('INSERT INTO casm_sec.search_entry '
        '(shelf_id, field, record_id, word) %s',
        casm_sec.search_added_sql(format('(SELECT c.* FROM casm.custom_value c '
            'JOIN (SELECT DISTINCT owner_id, record_id FROM %s) r USING (owner_id, record_id))', touched))));
    EXECUTE format('INSERT INTO casm_sec.search_shelf (shelf_id, owner_id, scope) '
        'SELECT DISTINCT casm_sec.search_shelf_id(f.scope, o.number), o.owner_id, f.scope FROM %s r '
        'JOIN casm_sec.search_owner o ON o.owner_id = r.owner_id '
        'JOIN casm_sec.search_field f ON f.table_name = ''custom_value'' '
        'AND f.column_name = r.record_class || ''.'' || r.field_class '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_shelf h WHERE h.owner_id = o.owner_id AND h.scope = f.scope)',
        touched);
    RETURN NULL;
END $$;

-- Make the words of some waiting records: of these owners, or of everybody's; how many records, none at the end.
CREATE FUNCTION casm_sec.take_up_waiting(owners uuid[], most integer) RETURNS integer
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    searched text;
    ids uuid[];
    rows_of text;
BEGIN
    SELECT table_name INTO searched FROM casm_sec.search_waiting
        WHERE owners IS NULL OR owner_id = ANY (owners) LIMIT 1;
    WITH taken AS (
        DELETE FROM casm_sec.search_waiting WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM casm_sec.search_waiting
            WHERE table_name = searched AND (owners IS NULL OR owner_id = ANY (owners))
            LIMIT most FOR UPDATE SKIP LOCKED))
        RETURNING record_id)
    SELECT array_agg(record_id) INTO ids FROM taken;
    IF ids IS NULL THEN
        RETURN 0;
    END IF;
    -- What was changed while it waited has some words already.
    DELETE FROM casm_sec.search_entry WHERE record_id = ANY (ids)
        AND field IN (SELECT f.field FROM casm_sec.search_field f WHERE f.table_name = searched);
    rows_of := format('(SELECT * FROM casm.%I WHERE id = ANY ($1))', searched);
    EXECUTE casm_sec.search_words_sql(searched, rows_of, 'true') USING ids;
    EXECUTE casm_sec.search_shelves_sql(searched, rows_of) USING ids;
    RETURN cardinality(ids);
END $$;

-- The same for the program, of what the asker may write and of nothing else, lest it tell of others' loads.
CREATE FUNCTION casm_sec.take_up_own(most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN casm_sec.take_up_waiting(casm_sec.writable_owners(), most);
END $$;

REVOKE ALL ON FUNCTION casm_sec.search_with_variants_sql(text),
    casm_sec.search_words_sql(text, text, text),
    casm_sec.search_shelves_sql(text, text), casm_sec.take_up_waiting(uuid[], integer),
    casm_sec.take_up_own(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.take_up_own(integer) TO casm_app;
