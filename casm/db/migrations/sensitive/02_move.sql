-- What stood in columns of the record itself moves into its side row, past states too: each image in the history is
-- parted in two, so that who lacks the field class still sees the rest of the record's past. Frozen.
CREATE FUNCTION casm_sec.move_aside(whole text, names text[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    side text := whole || '_sensitive';
    tells text := (SELECT format('num_nonnulls(%s) > 0', string_agg(format('%I', n), ', ')) FROM unnest(names) n);
    wanted bigint;
    moved bigint;
BEGIN
    -- One row for each state in which the fields differ from the state before, from the first that tells anything.
    EXECUTE format($sql$
        CREATE TABLE casm.sensitive_state AS
        WITH telling AS MATERIALIZED (
            SELECT row_id, gen_random_uuid() AS side_id
            FROM (SELECT id AS row_id FROM casm.%1$I WHERE %3$s
                  UNION SELECT row_id FROM casm.history, unnest(%2$L::text[]) n
                  WHERE table_name = %1$L AND before ->> n IS NOT NULL) found
        ), image AS (
            SELECT h.row_id, h.row_version, h.actor, h.changed_at, h.before AS told, false AS current
            FROM casm.history h JOIN telling USING (row_id) WHERE h.table_name = %1$L
            UNION ALL
            SELECT w.id, w.version, NULL, NULL, to_jsonb(w), true
            FROM casm.%1$I w JOIN telling ON telling.row_id = w.id
        ), parted AS (
            SELECT *, told ->> 'status' = 'retired' AS retired,
                   (SELECT jsonb_object_agg(n, told -> n) FROM unnest(%2$L::text[]) n) AS fields
            FROM image
        ), compared AS (
            SELECT *, (fields, retired) IS DISTINCT FROM (lag(fields) OVER past, lag(retired) OVER past) AS begins,
                   bool_or(jsonb_strip_nulls(fields) <> '{}') OVER past AS has_told
            FROM parted WINDOW past AS (PARTITION BY row_id ORDER BY row_version)
        ), runs AS (
            SELECT *, sum(begins::integer) OVER (PARTITION BY row_id ORDER BY row_version) AS run
            FROM compared WHERE has_told
        ), ends AS (
            -- Who changed the last image of a run is who ended it.
            SELECT DISTINCT ON (row_id, run) *, run::integer AS side_version
            FROM runs ORDER BY row_id, run, row_version DESC
        )
        SELECT row_id, actor, changed_at, current, side_version, (told ->> 'owner_id')::uuid AS owner_id,
               side_id, fields || jsonb_build_object(
                   'id', side_id, 'owner_id', told -> 'owner_id', %4$L, row_id, 'version', side_version,
                   'status', CASE WHEN retired THEN 'retired' ELSE 'active' END, 'retired_at', told -> 'retired_at',
                   'source', told -> 'source', 'source_key', told -> 'source_key',
                   'import_batch_id', told -> 'import_batch_id', 'verified_on', told -> 'verified_on',
                   'verified_by', told -> 'verified_by', 'sensitivity', told -> 'sensitivity', 'remarks', NULL,
                   'created_at', told -> 'created_at', 'updated_at', told -> 'updated_at') AS image
        FROM ends JOIN telling USING (row_id)
    $sql$, whole, names, tells, whole || '_id');
    EXECUTE format($sql$
        INSERT INTO casm.%1$I
        SELECT made.* FROM casm.sensitive_state, jsonb_populate_record(NULL::casm.%1$I, image) made WHERE current
    $sql$, side);
    INSERT INTO casm.history (owner_id, table_name, row_id, row_version, field_class, actor, changed_at, before)
        SELECT owner_id, side, side_id, side_version, 'sensitive', actor, changed_at, image
        FROM casm.sensitive_state WHERE NOT current ORDER BY changed_at, side_id, side_version;
    UPDATE casm.history SET before = before - names WHERE table_name = whole AND before ?| names;
    DROP TABLE casm.sensitive_state;
    EXECUTE format('SELECT count(*) FROM casm.%I WHERE %s', whole, tells) INTO wanted;
    EXECUTE format('SELECT count(*) FROM casm.%I WHERE %s', side, tells) INTO moved;
    IF moved <> wanted THEN
        RAISE EXCEPTION '% of % rows of % were moved', moved, wanted, whole;
    END IF;
END $$;

SELECT casm_sec.move_aside('site', ARRAY['access_notes', 'grid_power', 'generator_kw', 'generator_fuel_hours',
                                         'battery_hours', 'lease_end_on']);
SELECT casm_sec.move_aside('backhaul_link', ARRAY['circuit_id']);
DROP FUNCTION casm_sec.move_aside(text, text[]);

ALTER TABLE site DROP COLUMN access_notes, DROP COLUMN grid_power, DROP COLUMN generator_kw,
    DROP COLUMN generator_fuel_hours, DROP COLUMN battery_hours, DROP COLUMN lease_end_on;
ALTER TABLE backhaul_link DROP COLUMN circuit_id;

-- Findings of earlier imports repeat cells of those columns, under whichever heading the file had.
UPDATE import_problem SET field_class = 'sensitive' WHERE field_class = 'public' AND lower(column_name) ~
    '\maccess|\mdirections\M|\m(grid|commercial|utility|ac)[^a-z]*power|generator|\mfuel|\mbatter|\mups\M|\mlease|\mcircuit';
