-- Fields that owners added go along with records that leave the owner that added them. A record keeps every field it had:
-- where the new owners have the same field its values go over to that one, else the field is added once more, for whom
-- moved. Which fields go along is told by the definitions alone, so that nothing is told of values.

-- Whether values of one field may stand in another: the same kind, unit and field class, and every choice.
CREATE FUNCTION casm_sec.fields_alike(one casm.custom_field, other casm.custom_field) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.kind = other.kind AND one.unit IS NOT DISTINCT FROM other.unit AND one.field_class = other.field_class
        AND coalesce(one.choices <@ other.choices, one.choices IS NULL)
$$;

-- Fields that hold for an owner's records because an owner above it added them, and would not below another.
CREATE FUNCTION casm_sec.fields_of_line(moved uuid, new_line uuid) RETURNS SETOF casm.custom_field
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.* FROM casm.custom_field f JOIN casm.owner_closure above ON above.ancestor_id = f.owner_id
    WHERE above.descendant_id = moved AND f.owner_id <> moved
      AND NOT EXISTS (SELECT FROM casm.owner_closure n WHERE n.ancestor_id = f.owner_id AND n.descendant_id = new_line)
$$;

-- Values of one field, of records of an owner and all below it, stand in another from now on.
CREATE FUNCTION casm_sec.put_values_into(field uuid, other uuid, whose uuid) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE casm.custom_value SET custom_field_id = other
    WHERE custom_field_id = field
      AND owner_id IN (SELECT descendant_id FROM casm.owner_closure WHERE ancestor_id = whose)
$$;

-- The fields that an owner has from above now (left_behind) go to keeper, for the records of moved and all below it; those
-- of its own that keeper's line has as well become one with them.
CREATE FUNCTION casm_sec.carry_fields(left_behind casm.custom_field[], moved uuid, keeper uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one casm.custom_field;
    same casm.custom_field;
    differ text[] := '{}';
BEGIN
    FOR one IN
        SELECT f.* FROM casm.custom_field f JOIN casm.owner_closure c ON c.descendant_id = f.owner_id
        WHERE c.ancestor_id = moved AND f.status <> 'retired' ORDER BY f.record_class, f.name, f.id
    LOOP
        SELECT f.* INTO same FROM casm.custom_field f JOIN casm.owner_closure c ON c.ancestor_id = f.owner_id
            WHERE c.descendant_id = keeper AND f.owner_id <> one.owner_id AND f.status <> 'retired'
              AND NOT EXISTS (SELECT FROM casm.owner_closure b WHERE b.ancestor_id = moved AND b.descendant_id = f.owner_id)
              AND f.record_class = one.record_class AND f.name = one.name;
        IF same.id IS NULL THEN
            CONTINUE;
        ELSIF casm_sec.fields_alike(one, same) THEN
            PERFORM casm_sec.put_values_into(one.id, same.id, moved);
            UPDATE casm.custom_field SET status = 'retired', retired_at = now() WHERE id = one.id;
        ELSE
            differ := differ || format('%s %s', one.record_class, one.name);
        END IF;
    END LOOP;
    FOREACH one IN ARRAY left_behind LOOP
        SELECT f.* INTO same FROM casm.custom_field f JOIN casm.owner_closure c ON c.ancestor_id = f.owner_id
            WHERE c.descendant_id = keeper AND f.status <> 'retired' AND one.status <> 'retired'
              AND f.record_class = one.record_class AND f.name = one.name;
        IF same.id IS NULL THEN
            same := one;
            same.id := gen_random_uuid();
            same.owner_id := keeper;
            same.version := 1;
            same.created_at := now();
            same.updated_at := now();
            INSERT INTO casm.custom_field SELECT same.*;
            PERFORM casm_sec.put_values_into(one.id, same.id, moved);
        ELSIF casm_sec.fields_alike(one, same) THEN
            PERFORM casm_sec.put_values_into(one.id, same.id, moved);
        ELSE
            differ := differ || format('%s %s', one.record_class, one.name);
        END IF;
    END LOOP;
    IF differ <> '{}' THEN
        RAISE EXCEPTION 'fields of one name differ (%)', array_to_string(differ, ', ')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION casm_sec.transfer_owner(moved uuid, new_parent uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_code text;
    new_code text;
    below integer;
    left_behind casm.custom_field[];
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
    left_behind := ARRAY(SELECT f FROM casm_sec.fields_of_line(moved, new_parent) f);
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
    PERFORM casm_sec.carry_fields(left_behind, moved, moved);
    -- What was computed may rest on who saw what.
    DELETE FROM casm.result WHERE audience && ARRAY(SELECT descendant_id FROM casm.owner_closure WHERE ancestor_id = moved);
    RETURN below;
END $$;

CREATE OR REPLACE FUNCTION casm_sec.merge_owners(merged uuid, into_owner uuid) RETURNS integer
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
    -- Before anything moves: those below find their fields at the new owner when their turn comes.
    PERFORM casm_sec.carry_fields(
        ARRAY(SELECT f FROM casm_sec.fields_of_line(merged, into_owner) f), merged, into_owner);
    UPDATE casm.custom_field SET owner_id = into_owner WHERE owner_id = merged;
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

REVOKE ALL ON FUNCTION casm_sec.fields_alike(casm.custom_field, casm.custom_field),
    casm_sec.fields_of_line(uuid, uuid), casm_sec.put_values_into(uuid, uuid, uuid),
    casm_sec.carry_fields(casm.custom_field[], uuid, uuid) FROM PUBLIC;
