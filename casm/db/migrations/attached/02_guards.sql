-- Who reads and writes what hangs on records: whoever may the record, class by class. Frozen.

-- As visible_owners(), but never by a share link.
CREATE FUNCTION casm_sec.attached_owners(asset_class text, field_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.precision_m = 0 AND s.via NOT IN ('program writes', 'link') AND field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR asset_class = ANY (s.asset_classes)));
END $$;

-- Lays the policies of what hangs on records of one class; own_field_class: that of the class' own table. A migration
-- that makes a new class calls this for it.
CREATE FUNCTION casm_sec.guard_attached(asset_class text, own_field_class text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pattern constant text := 'record_class = %1$L AND owner_id = ANY ((SELECT casm_sec.%3$I(%1$L, %2$L))::uuid[]) '
        'AND (field_class = ''public'' OR owner_id = ANY ((SELECT casm_sec.%3$I(%1$L, ''sensitive''))::uuid[]))';
    reads constant text := format(pattern, asset_class, own_field_class, 'visible_owners');
    reads_files constant text := format(pattern, asset_class, own_field_class, 'attached_owners');
    writes constant text := format(pattern, asset_class, own_field_class, 'writable_owners');
    remembers constant text := format(
        'table_name::text = ANY (ARRAY[''custom_value''::text, ''attachment''::text]) AND before ->> ''record_class'' = %1$L '
        'AND owner_id = ANY ((SELECT casm_sec.member_owners(%1$L, %2$L))::uuid[]) '
        'AND (field_class = ''public'' OR owner_id = ANY ((SELECT casm_sec.member_owners(%1$L, ''sensitive''))::uuid[]))',
        asset_class, own_field_class);
    of_a_file constant text := format(
        'owner_id = ANY ((SELECT casm_sec.writable_owners(%L, %L))::uuid[]) AND EXISTS (SELECT FROM casm.attachment a '
        'WHERE a.owner_id = attachment_content.owner_id AND a.id = attachment_content.attachment_id '
        'AND a.record_class = %1$L)', asset_class, own_field_class);
BEGIN
    EXECUTE format('CREATE POLICY %I ON casm.custom_value FOR SELECT TO casm_app, casm_wide USING (%s)',
                   'reads_' || asset_class, reads);
    EXECUTE format('CREATE POLICY %I ON casm.attachment FOR SELECT TO casm_app, casm_wide USING (%s)',
                   'reads_' || asset_class, reads_files);
    EXECUTE format('CREATE POLICY %I ON casm.custom_value FOR INSERT WITH CHECK (%s)', 'adds_' || asset_class, writes);
    EXECUTE format('CREATE POLICY %I ON casm.attachment FOR INSERT WITH CHECK (%s)', 'adds_' || asset_class, writes);
    EXECUTE format('CREATE POLICY %I ON casm.custom_value FOR UPDATE USING (%s) WITH CHECK (%2$s)',
                   'changes_' || asset_class, writes);
    EXECUTE format('CREATE POLICY %I ON casm.attachment FOR UPDATE USING (%s) WITH CHECK (%2$s)',
                   'changes_' || asset_class, writes);
    EXECUTE format('CREATE POLICY %I ON casm.attachment_content FOR INSERT WITH CHECK (%s)',
                   'adds_' || asset_class, of_a_file);
    EXECUTE format('CREATE POLICY %I ON casm.history FOR SELECT USING (%s)',
                   'reads_attached_' || asset_class, remembers);
END $$;

-- As keep_history(), with the field class of the row itself.
CREATE FUNCTION casm_sec.keep_attached_history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casm.history (owner_id, table_name, row_id, row_version, field_class, actor, before)
        VALUES (OLD.owner_id, TG_TABLE_NAME, OLD.id, OLD.version, OLD.field_class, casm_sec.actor(), to_jsonb(OLD));
    RETURN NULL;
END $$;

-- What hangs on a record stays with it, as open as it was put there.
CREATE FUNCTION casm_sec.keep_attached() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.record_class, NEW.record_id, NEW.field_class) <> (OLD.record_class, OLD.record_id, OLD.field_class)
       OR NEW.owner_id <> OLD.owner_id AND current_user <> 'casm_owner' THEN
        RAISE EXCEPTION 'what hangs on a record stays with it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Asked with the rights of whoever writes, so that it tells of no record that he does not see.
CREATE FUNCTION casm_sec.check_attached() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named text;
    astray boolean;
BEGIN
    FOR named IN SELECT DISTINCT record_class FROM added LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM added a WHERE a.record_class = $1 AND NOT EXISTS '
            '(SELECT FROM casm.%I r WHERE r.owner_id = a.owner_id AND r.id = a.record_id))', named)
            INTO astray USING named;
        IF astray THEN
            RAISE EXCEPTION 'there is no such record to hang this on' USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    -- A table without that column could not even be asked in one condition.
    IF TG_TABLE_NAME = 'custom_value' THEN
        SELECT EXISTS (SELECT FROM (SELECT DISTINCT owner_id, custom_field_id FROM added) a WHERE NOT EXISTS (
            SELECT FROM casm.custom_field f JOIN casm.owner above ON above.id = f.owner_id
            JOIN casm.owner own ON own.id = a.owner_id
            WHERE f.id = a.custom_field_id AND (own.code = above.code OR starts_with(own.code, above.code || '.'))))
            INTO astray;
        IF astray THEN
            RAISE EXCEPTION 'this owner has no such field' USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- One name means one field wherever a record can stand: neither an owner above nor one below has another of it.
CREATE FUNCTION casm_sec.check_custom_field() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status <> 'retired' AND EXISTS (
        SELECT FROM casm.custom_field f JOIN casm.owner theirs ON theirs.id = f.owner_id
        JOIN casm.owner own ON own.id = NEW.owner_id
        WHERE f.id <> NEW.id AND f.record_class = NEW.record_class AND f.name = NEW.name AND f.status <> 'retired'
          AND (starts_with(own.code, theirs.code || '.') OR starts_with(theirs.code, own.code || '.'))
    ) THEN
        RAISE EXCEPTION 'an owner above or below has a field of this name' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

-- How much an owner's files take up, former contents included; asked by who may write for it.
CREATE FUNCTION casm_sec.attached_bytes(whose uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT whose = ANY (casm_sec.writable_owners()) THEN
        RETURN 0;
    END IF;
    RETURN (SELECT coalesce(sum(size_bytes), 0) FROM casm.attachment_content WHERE owner_id = whose);
END $$;

REVOKE ALL ON FUNCTION casm_sec.attached_owners(text, text), casm_sec.guard_attached(text, text),
    casm_sec.keep_attached_history(), casm_sec.keep_attached(), casm_sec.check_attached(),
    casm_sec.check_custom_field(), casm_sec.attached_bytes(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.attached_owners(text, text), casm_sec.attached_bytes(uuid)
    TO casm_app, casm_wide, casm_backup;

ALTER TABLE custom_field ENABLE ROW LEVEL SECURITY;
ALTER TABLE custom_field FORCE ROW LEVEL SECURITY;
ALTER TABLE custom_value ENABLE ROW LEVEL SECURITY;
ALTER TABLE custom_value FORCE ROW LEVEL SECURITY;
ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment FORCE ROW LEVEL SECURITY;
ALTER TABLE attachment_content ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment_content FORCE ROW LEVEL SECURITY;

-- Whoever sees a county's record must know the state's fields: read along with the names that lead to a row.
CREATE POLICY reads ON custom_field FOR SELECT USING (owner_id = ANY ((SELECT casm_sec.known_owners())::uuid[]));
CREATE POLICY adds ON custom_field FOR INSERT
    WITH CHECK (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]));
CREATE POLICY changes ON custom_field FOR UPDATE
    USING (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]))
    WITH CHECK (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]));
CREATE POLICY reads_custom_field ON history FOR SELECT
    USING (table_name = 'custom_field' AND owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]));
CREATE POLICY reads ON attachment_content FOR SELECT TO casm_app, casm_wide
    USING (owner_id = ANY ((SELECT casm_sec.visible_owners())::uuid[]) AND EXISTS (
        SELECT FROM attachment a WHERE a.owner_id = attachment_content.owner_id
        AND a.id = attachment_content.attachment_id));
-- For who merges owners, and for the sum of attached_bytes().
CREATE POLICY moves ON custom_field FOR ALL TO casm_owner USING (true) WITH CHECK (true);
CREATE POLICY moves ON custom_value FOR ALL TO casm_owner USING (true) WITH CHECK (true);
CREATE POLICY moves ON attachment FOR ALL TO casm_owner USING (true) WITH CHECK (true);
CREATE POLICY moves ON attachment_content FOR ALL TO casm_owner USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE ON custom_field, custom_value, attachment TO casm_app, casm_wide;
GRANT SELECT, INSERT ON attachment_content TO casm_app, casm_wide;
GRANT SELECT ON custom_field, custom_value, attachment, attachment_content TO casm_backup;

CREATE TRIGGER step_version BEFORE UPDATE ON custom_field FOR EACH ROW EXECUTE FUNCTION casm_sec.step_version();
CREATE TRIGGER step_version BEFORE UPDATE ON custom_value FOR EACH ROW EXECUTE FUNCTION casm_sec.step_version();
CREATE TRIGGER step_version BEFORE UPDATE ON attachment FOR EACH ROW EXECUTE FUNCTION casm_sec.step_version();
CREATE TRIGGER keep_history AFTER UPDATE ON custom_field FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_history('public');
CREATE TRIGGER keep_history AFTER UPDATE ON custom_value
    FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_attached_history();
CREATE TRIGGER keep_history AFTER UPDATE ON attachment FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_attached_history();
CREATE TRIGGER check_custom_field BEFORE INSERT OR UPDATE ON custom_field
    FOR EACH ROW EXECUTE FUNCTION casm_sec.check_custom_field();
CREATE TRIGGER keep_attached BEFORE UPDATE ON custom_value FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_attached();
CREATE TRIGGER keep_attached BEFORE UPDATE ON attachment FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_attached();
CREATE TRIGGER check_attached AFTER INSERT ON custom_value REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.check_attached();
CREATE TRIGGER check_attached AFTER INSERT ON attachment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.check_attached();
CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON custom_field
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change();
CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON custom_value
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change();
CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON attachment
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change();
CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON attachment_content
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change();
