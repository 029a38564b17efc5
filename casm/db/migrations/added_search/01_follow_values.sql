-- What records have in fields that owners added is searched as well: texts and whole numbers, each on the shelf of the
-- record's class and of the value's field class. Frozen: later changes are later migrations.

-- Values that a table is sorted by are walked in this order; a search looks them up by record.
DROP INDEX casm.ix_custom_value_value_decimal, casm.ix_custom_value_value_on, casm.ix_custom_value_value_text,
    casm.ix_custom_value_value_whole, casm.ix_custom_value_value_yes;
CREATE INDEX ix_custom_value_value_decimal ON casm.custom_value (owner_id, custom_field_id, value_decimal, record_id)
    WHERE value_decimal IS NOT NULL;
CREATE INDEX ix_custom_value_value_on ON casm.custom_value (owner_id, custom_field_id, value_on, record_id)
    WHERE value_on IS NOT NULL;
CREATE INDEX ix_custom_value_value_text ON casm.custom_value (owner_id, custom_field_id, value_text, record_id)
    WHERE value_text IS NOT NULL;
CREATE INDEX ix_custom_value_value_whole ON casm.custom_value (owner_id, custom_field_id, value_whole, record_id)
    WHERE value_whole IS NOT NULL;
CREATE INDEX ix_custom_value_value_yes ON casm.custom_value (owner_id, custom_field_id, value_yes, record_id)
    WHERE value_yes IS NOT NULL;
CREATE INDEX ix_custom_value_record_id ON casm.custom_value (record_id);

-- The words of values, as (shelf_id, field, record_id, word); values_of: SQL that gives rows of custom_value.
CREATE FUNCTION casm_sec.search_added_sql(values_of text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN format('SELECT DISTINCT casm_sec.search_shelf_id(f.scope, o.number) AS shelf_id, f.field, v.record_id, w AS word '
        'FROM %s v JOIN casm_sec.search_owner o ON o.owner_id = v.owner_id '
        'JOIN casm_sec.search_field f ON f.table_name = ''custom_value'' '
        'AND f.column_name = v.record_class || ''.'' || v.field_class, '
        'LATERAL unnest(casm_sec.search_words(''text'', coalesce(v.value_text, v.value_whole::text))) w '
        'WHERE v.kind IN (''text'', ''whole'') AND coalesce(v.value_text, v.value_whole::text) IS NOT NULL', values_of);

CREATE FUNCTION casm_sec.index_added_values() RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    EXECUTE 'INSERT INTO casm_sec.search_entry (shelf_id, field, record_id, word) '
        || casm_sec.search_added_sql('casm.custom_value');
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;

-- With its owner's rights, as the app itself may write neither. All values of the records touched are written anew, as
-- words that two values share stand once.
CREATE FUNCTION casm_sec.follow_added_values() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
BEGIN
    EXECUTE format('DELETE FROM casm_sec.search_entry e USING (SELECT DISTINCT record_id FROM %s) r '
        'WHERE e.record_id = r.record_id AND e.field = ANY (%L)', touched,
        (SELECT coalesce(array_agg(field), '{}') FROM casm_sec.search_field WHERE table_name = 'custom_value'));
    EXECUTE format('WITH added AS (INSERT INTO casm_sec.search_entry (shelf_id, field, record_id, word) %s '
        'RETURNING shelf_id, word) '
        'INSERT INTO casm_sec.search_variant (shelf_id, variant, word) '
        'SELECT a.shelf_id, v, a.word FROM (SELECT DISTINCT shelf_id, word FROM added) a, '
        'LATERAL unnest(casm_sec.search_variants(a.word)) v '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_variant s WHERE s.shelf_id = a.shelf_id '
        'AND s.variant = hashtextextended(a.word, 0) AND s.word = a.word)',
        casm_sec.search_added_sql(format('(SELECT c.* FROM casm.custom_value c '
            'JOIN (SELECT DISTINCT owner_id, record_id FROM %s) r USING (owner_id, record_id))', touched)));
    EXECUTE format('INSERT INTO casm_sec.search_shelf (shelf_id, owner_id, scope) '
        'SELECT DISTINCT casm_sec.search_shelf_id(f.scope, o.number), o.owner_id, f.scope FROM %s r '
        'JOIN casm_sec.search_owner o ON o.owner_id = r.owner_id '
        'JOIN casm_sec.search_field f ON f.table_name = ''custom_value'' '
        'AND f.column_name = r.record_class || ''.'' || r.field_class '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_shelf h WHERE h.owner_id = o.owner_id AND h.scope = f.scope)',
        touched);
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION casm_sec.search_added_sql(text), casm_sec.index_added_values(), casm_sec.follow_added_values()
    FROM PUBLIC;
