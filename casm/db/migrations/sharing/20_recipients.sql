-- To whom something can be shown: owners whose names are common knowledge or known anyway, and persons by their exact
-- e-mail address, of which nobody learns whether it belongs to an account. Frozen: later changes are later migrations.
ALTER TABLE sharing_grant ADD COLUMN recipient_email VARCHAR;
ALTER TABLE sharing_grant ADD CONSTRAINT ck_sharing_grant_email_of_a_person
    CHECK (recipient_email IS NULL OR recipient_account_id IS NOT NULL);
COMMENT ON COLUMN sharing_grant.recipient_email IS 'as the giver wrote it, in lower case; says nothing about an account';

-- States, counties, tribes and the like stand in public lists. Regions are drawn up by a state and agencies are its own
-- business: they are named to who knows them anyway.
CREATE FUNCTION casm_sec.owner_directory() RETURNS TABLE (id uuid, kind text, name text, code text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known uuid[] := casm_sec.known_owners();
BEGIN
    IF cardinality(casm_sec.managed_owners()) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT o.id, o.kind::text, o.name::text, o.code::text FROM casm.owner o
        WHERE o.kind <> 'public'
          AND (o.kind IN ('nation', 'state', 'territory', 'county', 'urban_area', 'tribe') OR o.id = ANY (known))
        ORDER BY o.code;
END $$;

-- An address without an account stands for an id of the same looks that is nobody's, always the same one.
CREATE FUNCTION casm_sec.nobody_of_email(address text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    digest text;
BEGIN
    SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to('nobody|' || address, 'UTF8'))), 'hex')
        INTO digest FROM casm_sec.seal;
    RETURN overlay(overlay(left(digest, 32) PLACING '4' FROM 13) PLACING 'a' FROM 17)::uuid;
END $$;

CREATE FUNCTION casm_sec.account_of_email(address text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted text := lower(btrim(address));
    nobody uuid := casm_sec.nobody_of_email(wanted);
BEGIN
    IF cardinality(casm_sec.managed_owners()) = 0 THEN
        RETURN NULL;
    END IF;
    RETURN coalesce((SELECT a.id FROM casm_gate.account a WHERE a.email = wanted), nobody);
END $$;

-- Who gets an account later gets what was shown to that address before.
CREATE FUNCTION casm_sec.hand_over_grants() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE casm.sharing_grant SET recipient_account_id = NEW.id
    WHERE recipient_email = NEW.email AND recipient_account_id = casm_sec.nobody_of_email(NEW.email);
    RETURN NULL;
END $$;

CREATE POLICY hands_over ON sharing_grant FOR UPDATE TO casm_owner USING (true) WITH CHECK (true);
CREATE TRIGGER hand_over_grants AFTER INSERT ON casm_gate.account
    FOR EACH ROW EXECUTE FUNCTION casm_sec.hand_over_grants();

-- Names of the people a manager rules: those invited below it, and those with a role there.
CREATE FUNCTION casm_sec.people() RETURNS TABLE (account_id uuid, name text, email text, state text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    managed uuid[] := casm_sec.managed_owners();
BEGIN
    RETURN QUERY
        SELECT a.id, a.name::text, a.email::text, a.state::text FROM casm_gate.account a
        WHERE a.home_owner_id = ANY (managed) OR EXISTS (
            SELECT FROM casm.membership m WHERE m.account_id = a.id AND m.owner_id = ANY (managed));
END $$;

-- How many other people manage the owner of a membership, at that owner itself.
CREATE FUNCTION casm_sec.other_managers(membership_id uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT count(DISTINCT other.account_id) FROM casm.membership own
        JOIN casm.membership other ON other.owner_id = own.owner_id AND other.account_id <> own.account_id
        JOIN casm_gate.account a ON a.id = other.account_id AND a.state = 'active'
        WHERE own.id = membership_id AND own.owner_id = ANY (casm_sec.managed_owners())
          AND other.role = 'administrative_manager' AND other.ended_at IS NULL);
END $$;

REVOKE ALL ON FUNCTION casm_sec.owner_directory(), casm_sec.nobody_of_email(text), casm_sec.account_of_email(text),
    casm_sec.hand_over_grants(), casm_sec.people(), casm_sec.other_managers(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.owner_directory(), casm_sec.account_of_email(text), casm_sec.people(),
    casm_sec.other_managers(uuid) TO casm_app, casm_wide;
GRANT UPDATE (password_hash) ON share_link TO casm_app, casm_wide;
