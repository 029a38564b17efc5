-- What the database itself keeps: the closure of the owner tree, versions, and the history of every row.

-- A code is its parent's code and one name more, so that two owners can only want the same code below the same parent:
-- otherwise "this code is taken" would tell of owners elsewhere.
CREATE FUNCTION casm_sec.check_owner_code() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM casm.owner parent WHERE parent.id = NEW.parent_id
        AND NEW.code ~ '^[^.]+([.][^.]+)+$' AND parent.code = regexp_replace(NEW.code, '[.][^.]*$', '')
    ) THEN
        RAISE EXCEPTION 'an owner''s code is its parent''s code, a dot and a name'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER check_owner_code BEFORE INSERT ON casm.owner
    FOR EACH ROW EXECUTE FUNCTION casm_sec.check_owner_code();

CREATE FUNCTION casm_sec.extend_closure() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casm.owner_closure (ancestor_id, descendant_id)
        SELECT ancestor_id, NEW.id FROM casm.owner_closure WHERE descendant_id = NEW.parent_id
        UNION ALL SELECT NEW.id, NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER extend_closure AFTER INSERT ON casm.owner
    FOR EACH ROW EXECUTE FUNCTION casm_sec.extend_closure();

CREATE FUNCTION casm_sec.step_version() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.owner_id <> OLD.owner_id THEN
        RAISE EXCEPTION 'a row keeps its id and its owner' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.version := OLD.version + 1;
    NEW.created_at := OLD.created_at;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

-- With its owner's rights: the app itself may not write history, so it can neither forge nor misname an entry.
CREATE FUNCTION casm_sec.keep_history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casm.history (owner_id, table_name, row_id, row_version, field_class, actor, before)
        VALUES (OLD.owner_id, TG_TABLE_NAME, OLD.id, OLD.version, TG_ARGV[0], casm_sec.actor(), to_jsonb(OLD));
    RETURN NULL;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA casm_sec FROM PUBLIC;
