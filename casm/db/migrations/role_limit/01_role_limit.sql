-- A role is given with no more than its giver has by roles of its own, and no more than the role may have: held here too,
-- as whoever could write a membership by another way than casm.sharing.members would give himself the rest.
--
-- It binds the program's roles. Merging two owners moves memberships as they are, as the owner of the schema.
CREATE FUNCTION casm_sec.limit_membership() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    lacks text;
BEGIN
    IF current_user NOT IN ('casm_app', 'casm_wide') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at AND NEW.owner_id = OLD.owner_id
       AND NEW.account_id = OLD.account_id AND NEW.role = OLD.role AND NEW.field_classes = OLD.field_classes
       AND NEW.asset_classes IS NOT DISTINCT FROM OLD.asset_classes THEN
        RETURN NEW;
    END IF;
    -- To end a role takes nothing.
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.owner_id = OLD.owner_id THEN
        RETURN NEW;
    END IF;
    IF NEW.role IN ('partner', 'auditor', 'national_viewer') AND NEW.field_classes <> ARRAY['public']::varchar[] THEN
        RAISE EXCEPTION 'this role has public fields only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.role = 'national_viewer' AND NEW.owner_id <> '00000000-0000-4000-8000-000000000001'::uuid THEN
        RAISE EXCEPTION 'a national viewer belongs to the nation' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.role IN ('administrative_manager', 'agency_editor', 'agency_reader', 'national_viewer') THEN
        SELECT c || ', ' || f INTO lacks
            -- '*' is no class: it is held by whoever holds every one, those to come included.
            FROM unnest(coalesce(NEW.asset_classes::text[], ARRAY['*'])) c, unnest(NEW.field_classes::text[]) f
            WHERE NEW.owner_id <> ALL (casm_sec.member_owners(c, f)) LIMIT 1;
        IF lacks IS NOT NULL THEN
            RAISE EXCEPTION 'a role is given with no more than its giver has: %', lacks
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END $$;

REVOKE ALL ON FUNCTION casm_sec.limit_membership() FROM PUBLIC;
CREATE TRIGGER is_limited BEFORE INSERT OR UPDATE ON membership
    FOR EACH ROW EXECUTE FUNCTION casm_sec.limit_membership();
