-- The index follows the records: by a trigger on each searched table, once a statement.

-- One row (field, kind, value) for each searched column of a row called r, as SQL.
CREATE FUNCTION casm_sec.search_values(searched text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN (SELECT string_agg(format(CASE kind
                WHEN 'texts' THEN '(SELECT %s::smallint, %L, t FROM unnest(r.%I) t)'
                WHEN 'members' THEN '(SELECT %s::smallint, %L, m.value FROM jsonb_each_text(r.%I) m)'
                ELSE '(SELECT %s::smallint, %L, r.%I::text)' END,
                field, CASE kind WHEN 'texts' THEN 'name' WHEN 'members' THEN 'text' ELSE kind END, column_name),
                ' UNION ALL ' ORDER BY field)
            FROM casm_sec.search_field WHERE table_name = searched);

-- The words of some rows of a table, written into the index. rows_of: SQL that gives them.
CREATE FUNCTION casm_sec.search_add_sql(searched text, rows_of text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN format('INSERT INTO casm_sec.search_entry (shelf_id, field, record_id, word) '
        'SELECT %s + o.number, f.field, r.id, w FROM %s r JOIN casm_sec.search_owner o ON o.owner_id = r.owner_id, '
        'LATERAL (%s) f (field, kind, value), LATERAL unnest(casm_sec.search_words(f.kind, f.value)) w '
        'WHERE f.value IS NOT NULL',
        (SELECT casm_sec.search_shelf_id(min(scope), 0) FROM casm_sec.search_field WHERE table_name = searched),
        rows_of, casm_sec.search_values(searched));

-- With its owner's rights, as the app itself may write neither.
CREATE FUNCTION casm_sec.follow_records() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    watched text;
    rows_of text := 'new_rows';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT string_agg(format('o.%I IS DISTINCT FROM n.%I', column_name, column_name), ' OR ' ORDER BY field)
            INTO watched FROM casm_sec.search_field WHERE table_name = TG_TABLE_NAME;
        rows_of := format('(SELECT n.* FROM new_rows n JOIN old_rows o ON o.id = n.id '
                          'WHERE o.owner_id <> n.owner_id OR %s)', watched);
        EXECUTE format('DELETE FROM casm_sec.search_entry e USING %s r WHERE e.record_id = r.id AND e.field = ANY (%L)',
            rows_of, (SELECT array_agg(field) FROM casm_sec.search_field WHERE table_name = TG_TABLE_NAME));
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM casm_sec.search_entry e USING old_rows r WHERE e.record_id = r.id;
        RETURN NULL;
    END IF;
    -- What was added is read back by record, as every record of the statement is new or was just emptied.
    EXECUTE format('WITH added AS (%s RETURNING shelf_id, word) '
        'INSERT INTO casm_sec.search_variant (shelf_id, variant, word) '
        'SELECT a.shelf_id, v, a.word FROM (SELECT DISTINCT shelf_id, word FROM added) a, '
        'LATERAL unnest(casm_sec.search_variants(a.word)) v '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_variant s WHERE s.shelf_id = a.shelf_id '
        'AND s.variant = hashtextextended(a.word, 0) AND s.word = a.word)',
        casm_sec.search_add_sql(TG_TABLE_NAME, rows_of));
    EXECUTE format('INSERT INTO casm_sec.search_shelf (shelf_id, owner_id, scope) '
        'SELECT DISTINCT casm_sec.search_shelf_id(f.scope, o.number), o.owner_id, f.scope '
        'FROM (SELECT DISTINCT owner_id FROM new_rows) r JOIN casm_sec.search_owner o ON o.owner_id = r.owner_id, '
        '(SELECT DISTINCT scope FROM casm_sec.search_field WHERE table_name = %L) f '
        'WHERE NOT EXISTS (SELECT FROM casm_sec.search_shelf h WHERE h.owner_id = o.owner_id AND h.scope = f.scope)',
        TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE FUNCTION casm_sec.number_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casm_sec.search_owner (owner_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER number_owner AFTER INSERT ON owner FOR EACH ROW EXECUTE FUNCTION casm_sec.number_owner();

-- Every record of a table, whose words are in the index not yet.
CREATE FUNCTION casm_sec.index_records(searched text) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    EXECUTE casm_sec.search_add_sql(searched, format('casm.%I', searched));
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;

REVOKE ALL ON FUNCTION casm_sec.search_shelf_id(integer, integer), casm_sec.visible_shelves(),
    casm_sec.search_chunks(text), casm_sec.search_words(text, text), casm_sec.search_variants(text),
    casm_sec.search_values(text), casm_sec.search_add_sql(text, text), casm_sec.follow_records(),
    casm_sec.number_owner(), casm_sec.index_records(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.visible_shelves(), casm_sec.search_chunks(text), casm_sec.search_words(text, text),
    casm_sec.search_variants(text) TO casm_app;
