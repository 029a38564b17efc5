-- Who sees a record of an owner and class that lies at these places, and why: every membership, grant and link in force
-- that reaches it, read from the same tables as scopes(). For who writes the owner's records or rules it. Frozen.
CREATE FUNCTION casm_sec.who_sees(wanted_class text, wanted_field_class text, wanted_owner uuid, places public.geometry[])
    RETURNS TABLE (via text, via_id uuid, at_owner_id uuid, at_owner text, role text, recipient text, asset_classes text[],
                   field_classes text[], has_area boolean, precision_m integer, since timestamptz, until timestamptz,
                   given_by text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (wanted_owner = ANY (casm_sec.writable_owners()) OR wanted_owner = ANY (casm_sec.managed_owners())) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT 'membership'::text, m.id, o.id, o.name::text, m.role::text, a.name::text, m.asset_classes::text[],
               m.field_classes::text[], false, 0, m.created_at, NULL::timestamptz, m.granted_by::text
        FROM casm.membership m
        JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id AND c.descendant_id = wanted_owner
        JOIN casm.owner o ON o.id = m.owner_id
        JOIN casm_gate.account a ON a.id = m.account_id AND a.state = 'active'
        WHERE m.ended_at IS NULL
          AND m.role IN ('administrative_manager', 'agency_editor', 'agency_reader', 'national_viewer')
          AND wanted_field_class = ANY (m.field_classes)
          AND (m.asset_classes IS NULL OR wanted_class = ANY (m.asset_classes));
    RETURN QUERY
        SELECT 'grant'::text, g.id, o.id, o.name::text, NULL::text,
               coalesce(r.name::text, g.recipient_email::text,
                        (SELECT a.name::text FROM casm_gate.account a WHERE a.id = g.recipient_account_id), 'a person'),
               g.asset_classes::text[], g.field_classes::text[], g.area IS NOT NULL, g.precision_m, g.valid_from,
               g.valid_until, g.granted_by::text
        FROM casm.sharing_grant g
        JOIN casm.owner_closure c ON c.ancestor_id = g.owner_id AND c.descendant_id = wanted_owner
        JOIN casm.owner o ON o.id = g.owner_id
        LEFT JOIN casm.owner r ON r.id = g.recipient_owner_id
        WHERE g.revoked_at IS NULL AND clock_timestamp() >= g.valid_from AND clock_timestamp() < g.valid_until
          AND wanted_class = ANY (g.asset_classes) AND wanted_field_class = ANY (g.field_classes)
          AND (g.area IS NULL OR casm_sec.all_within(places, g.area));
    RETURN QUERY
        SELECT 'link'::text, l.id, o.id, o.name::text, NULL::text, l.title::text, l.asset_classes::text[],
               l.field_classes::text[], l.area IS NOT NULL, l.precision_m, l.created_at, l.expires_at, l.made_by::text
        FROM casm.share_link l
        JOIN casm.owner_closure c ON c.ancestor_id = l.owner_id AND c.descendant_id = wanted_owner
        JOIN casm.owner o ON o.id = l.owner_id
        WHERE l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
          AND wanted_class = ANY (l.asset_classes) AND wanted_field_class = ANY (l.field_classes)
          AND (l.area IS NULL OR casm_sec.all_within(places, l.area));
END $$;

-- Whether there is a place and every place lies in the area; what has no place is in no area.
CREATE FUNCTION casm_sec.all_within(places public.geometry[], area public.geometry) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN cardinality(places) > 0
        AND NOT EXISTS (SELECT FROM unnest(places) place WHERE place IS NULL OR NOT public.st_intersects(place, area));
END $$;

REVOKE ALL ON FUNCTION casm_sec.who_sees(text, text, uuid, public.geometry[]),
    casm_sec.all_within(public.geometry[], public.geometry) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.who_sees(text, text, uuid, public.geometry[]) TO casm_app, casm_wide;
