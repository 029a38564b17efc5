-- A cache's count is what it holds when everything is in; what is out is the sum of its checkouts that have no day of
-- return. Past states are renamed with the column, so that they can be read and put back. Frozen.
ALTER TABLE radio_cache RENAME COLUMN available_radio_count TO radio_count;
ALTER TABLE radio_cache RENAME CONSTRAINT ck_radio_cache_available_radio_count_in_range TO ck_radio_cache_radio_count_in_range;
COMMENT ON COLUMN radio_cache.radio_count IS 'when all of them are in';
UPDATE history SET before = before - 'available_radio_count'
    || jsonb_build_object('radio_count', before -> 'available_radio_count')
    WHERE table_name = 'radio_cache' AND before ? 'available_radio_count';

-- No more can be out than there are. The cache's row is locked first, so that of two who take the last radios at once
-- the second is told. It runs as the writer, who sees all rows of an owner whose rows it may write.
CREATE FUNCTION casm_sec.hold_checkouts() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cache_owner uuid := NEW.owner_id;
    cache uuid := CASE TG_TABLE_NAME WHEN 'radio_cache' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'radio_cache_id')::uuid END;
    held integer;
    out_now bigint;
BEGIN
    SELECT c.radio_count INTO held FROM casm.radio_cache c WHERE c.owner_id = cache_owner AND c.id = cache FOR UPDATE;
    IF held IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(o.radio_count), 0) INTO out_now FROM casm.cache_checkout o
        WHERE o.owner_id = cache_owner AND o.radio_cache_id = cache AND o.returned_on IS NULL
          AND o.status IN ('active', 'standby');
    IF out_now > held THEN
        RAISE EXCEPTION '% radios would be out of a cache of %', out_now, held
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_no_more_than_held';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION casm_sec.hold_checkouts() FROM PUBLIC;

CREATE TRIGGER no_more_than_held AFTER INSERT OR UPDATE ON cache_checkout
    FOR EACH ROW EXECUTE FUNCTION casm_sec.hold_checkouts();
CREATE TRIGGER no_more_than_held AFTER UPDATE OF radio_count ON radio_cache
    FOR EACH ROW EXECUTE FUNCTION casm_sec.hold_checkouts();
