-- Owners move: below another parent (transfer), or into another owner (merge), and everything they have goes with them.
-- Both run as casm_owner, who alone may change a row's owner, and only for who rules all that is touched.
ALTER TABLE owner ADD COLUMN merged_into_id UUID;
ALTER TABLE owner ADD CONSTRAINT fk_owner_merged_into_id FOREIGN KEY (merged_into_id) REFERENCES owner (id);
ALTER TABLE owner ADD CONSTRAINT ck_owner_not_merged_into_itself CHECK (merged_into_id <> id);
COMMENT ON COLUMN owner.merged_into_id IS 'the owner that has its rows now; it stays as a name that the audit refers to';

CREATE OR REPLACE FUNCTION casm_sec.step_version() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR (NEW.owner_id <> OLD.owner_id AND current_user <> 'casm_owner') THEN
        RAISE EXCEPTION 'a row keeps its id and its owner' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.version := OLD.version + 1;
    NEW.created_at := OLD.created_at;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

-- Whether the asker rules an owner from above: its parent too, so that nobody carries off what a wider owner rules.
CREATE FUNCTION casm_sec.rules_from_above(moved uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM casm.owner o WHERE o.id = moved AND o.parent_id = ANY (casm_sec.managed_owners()));
END $$;

CREATE FUNCTION casm_sec.transfer_owner(moved uuid, new_parent uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_code text;
    new_code text;
    below integer;
BEGIN
    LOCK TABLE casm.owner, casm.owner_closure IN SHARE ROW EXCLUSIVE MODE;
    IF NOT casm_sec.rules_from_above(moved) OR NOT (new_parent = ANY (casm_sec.managed_owners())) THEN
        RAISE EXCEPTION 'only who rules an owner''s old and new parent may transfer it'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM casm.owner_closure WHERE ancestor_id = moved AND descendant_id = new_parent) THEN
        RAISE EXCEPTION 'an owner cannot be put below itself' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM casm.owner WHERE id = new_parent AND (merged_into_id IS NOT NULL OR kind = 'public')) THEN
        RAISE EXCEPTION 'that owner takes nobody below it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT code INTO old_code FROM casm.owner WHERE id = moved;
    SELECT code || '.' || regexp_replace(old_code, '^.*[.]', '') INTO new_code FROM casm.owner WHERE id = new_parent;
    UPDATE casm.owner SET parent_id = new_parent WHERE id = moved;
    UPDATE casm.owner o SET code = new_code || substr(o.code, length(old_code) + 1)
        FROM casm.owner_closure c WHERE c.ancestor_id = moved AND c.descendant_id = o.id;
    GET DIAGNOSTICS below = ROW_COUNT;
    DELETE FROM casm.owner_closure link
        USING casm.owner_closure inside, casm.owner_closure outside
        WHERE inside.ancestor_id = moved AND outside.descendant_id = moved AND outside.ancestor_id <> moved
          AND link.descendant_id = inside.descendant_id AND link.ancestor_id = outside.ancestor_id;
    INSERT INTO casm.owner_closure (ancestor_id, descendant_id)
        SELECT outside.ancestor_id, inside.descendant_id
        FROM casm.owner_closure inside, casm.owner_closure outside
        WHERE inside.ancestor_id = moved AND outside.descendant_id = new_parent;
    -- What was computed may rest on who saw what.
    DELETE FROM casm.result WHERE audience && ARRAY(SELECT descendant_id FROM casm.owner_closure WHERE ancestor_id = moved);
    RETURN below;
END $$;

-- Natural keys that both owners use, each as the table and the key's values: they would clash in one owner.
CREATE FUNCTION casm_sec.merge_conflicts(merged uuid, into_owner uuid) RETURNS TABLE (table_name text, key text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    natural_key record;
    keys text;
BEGIN
    IF NOT casm_sec.rules_from_above(merged) OR NOT (into_owner = ANY (casm_sec.managed_owners())) THEN
        RAISE EXCEPTION 'only who rules both owners may merge them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR natural_key IN
        SELECT c.relname, i.indexrelid, i.indnkeyatts, pg_get_expr(i.indpred, i.indrelid) AS holds_where
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = 'casm'::regnamespace AND i.indisunique AND NOT i.indisprimary AND i.indnkeyatts > 1
          AND pg_get_indexdef(i.indexrelid, 1, true) = 'owner_id'
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'version')
          AND c.relname <> 'result'
    LOOP
        SELECT string_agg(pg_get_indexdef(natural_key.indexrelid, n, true), ', ' ORDER BY n) INTO keys
            FROM generate_series(2, natural_key.indnkeyatts) n;
        RETURN QUERY EXECUTE format(
            'SELECT %L::text, concat_ws('' · '', found.*) FROM ('
            'SELECT %s FROM casm.%I WHERE owner_id = $1 AND (%s) INTERSECT '
            'SELECT %s FROM casm.%I WHERE owner_id = $2 AND (%s)) found',
            natural_key.relname, keys, natural_key.relname, coalesce(natural_key.holds_where, 'true'),
            keys, natural_key.relname, coalesce(natural_key.holds_where, 'true')) USING merged, into_owner;
    END LOOP;
END $$;

CREATE FUNCTION casm_sec.merge_owners(merged uuid, into_owner uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step record;
    changes text;
    counts text;
    moved integer;
BEGIN
    LOCK TABLE casm.owner, casm.owner_closure IN SHARE ROW EXCLUSIVE MODE;
    IF merged = into_owner THEN
        RAISE EXCEPTION 'an owner cannot be merged into itself' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM casm_sec.merge_conflicts(merged, into_owner)) THEN
        RAISE EXCEPTION 'both owners use the same natural keys' USING ERRCODE = 'unique_violation';
    END IF;
    IF EXISTS (SELECT FROM casm.owner_closure WHERE ancestor_id = merged AND descendant_id = into_owner) THEN
        RAISE EXCEPTION 'an owner cannot be merged into one below it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOR step IN SELECT id FROM casm.owner WHERE parent_id = merged LOOP
        PERFORM casm_sec.transfer_owner(step.id, into_owner);
    END LOOP;
    DELETE FROM casm.result WHERE owner_id = merged OR merged = ANY (audience);
    -- One statement for all tables, as parts refer to what they are part of by owner and id together: the references
    -- are checked when it ends, and then all of them have moved.
    SELECT string_agg(format('m_%s AS (UPDATE casm.%I SET owner_id = $2 WHERE owner_id = $1 RETURNING 1)',
                             c.relname, c.relname), ', ' ORDER BY c.relname),
           string_agg(format('(SELECT count(*) FROM m_%s)', c.relname), ' + ' ORDER BY c.relname)
        INTO changes, counts
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'owner_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r'
          AND c.relname NOT IN ('audit_event', 'result', 'result_layer', 'membership', 'sharing_grant', 'share_link',
                                'handling_text');
    EXECUTE format('WITH %s SELECT %s', changes, counts) INTO moved USING merged, into_owner;
    -- Whoever refers to the moved rows, wherever he is, refers to them still.
    FOR step IN
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'uuid'::regtype
          AND a.attname LIKE '%\_owner\_id' AND c.relname NOT IN ('audit_event', 'sharing_grant')
    LOOP
        EXECUTE format('UPDATE casm.%I SET %I = $2 WHERE %I = $1', step.relname, step.attname, step.attname)
            USING merged, into_owner;
    END LOOP;
    UPDATE casm.membership m SET ended_at = now(), ended_by = casm_sec.actor()
        WHERE m.owner_id = merged AND m.ended_at IS NULL AND EXISTS (
            SELECT FROM casm.membership other WHERE other.owner_id = into_owner AND other.account_id = m.account_id
            AND other.role = m.role AND other.ended_at IS NULL);
    UPDATE casm.membership SET owner_id = into_owner WHERE owner_id = merged AND ended_at IS NULL;
    -- What one showed the other is its own now.
    UPDATE casm.sharing_grant SET revoked_at = now(), revoked_by = casm_sec.actor()
        WHERE revoked_at IS NULL AND (owner_id, recipient_owner_id) IN ((merged, into_owner), (into_owner, merged));
    UPDATE casm.sharing_grant SET owner_id = into_owner
        WHERE owner_id = merged AND recipient_owner_id IS DISTINCT FROM into_owner;
    UPDATE casm.sharing_grant SET recipient_owner_id = into_owner
        WHERE recipient_owner_id = merged AND owner_id <> into_owner;
    UPDATE casm.share_link SET owner_id = into_owner WHERE owner_id = merged;
    UPDATE casm_gate.account SET home_owner_id = into_owner WHERE home_owner_id = merged;
    -- Its name stays below the other, so that whoever audits that one reads its past too.
    PERFORM casm_sec.transfer_owner(merged, into_owner);
    UPDATE casm.owner SET merged_into_id = into_owner WHERE id = merged;
    RETURN moved;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA casm_sec FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.transfer_owner(uuid, uuid), casm_sec.merge_conflicts(uuid, uuid),
    casm_sec.merge_owners(uuid, uuid), casm_sec.rules_from_above(uuid) TO casm_app;
