-- Reference data of the new classes, such as a registry of answering points, is for everyone too who is let in. Frozen.
CREATE OR REPLACE FUNCTION casm_sec.scopes() RETURNS SETOF casm_sec.scope
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := casm_sec.verified_context();
    found integer := 0;
BEGIN
    IF parts IS NULL THEN
        RETURN;
    END IF;
    IF parts[1] = 'v1' THEN
        RETURN QUERY
            SELECT root::uuid, NULL::text[], string_to_array(parts[7], ','),
                   root = ANY (string_to_array(parts[6], ',')), 0, 'program'::text, NULL::uuid
            FROM unnest(string_to_array(nullif(parts[5], ''), ',')) root;
        RETURN QUERY
            SELECT root::uuid, NULL::text[], string_to_array(parts[7], ','), true, 0, 'program writes'::text, NULL::uuid
            FROM unnest(string_to_array(nullif(parts[6], ''), ',')) root
            WHERE root <> ALL (coalesce(string_to_array(nullif(parts[5], ''), ','), '{}'));
        RETURN;
    END IF;
    IF parts[4] = 'account' THEN
        RETURN QUERY SELECT * FROM casm_sec.account_scopes(parts[5]::uuid);
        IF EXISTS (SELECT FROM casm_gate.account WHERE id = parts[5]::uuid AND state = 'active') THEN
            found := 1;
        END IF;
    ELSIF parts[4] = 'token' THEN
        RETURN QUERY SELECT * FROM casm_sec.token_scopes(parts[5]::uuid);
        IF EXISTS (SELECT FROM casm_gate.api_token t JOIN casm_gate.account a ON a.id = t.account_id
                   WHERE t.id = parts[5]::uuid AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp()
                     AND a.state = 'active') THEN
            found := 1;
        END IF;
    ELSIF parts[4] = 'link' THEN
        RETURN QUERY SELECT * FROM casm_sec.link_scopes(parts[5]::uuid);
        IF EXISTS (SELECT FROM casm_sec.link_scopes(parts[5]::uuid)) THEN
            found := 1;
        END IF;
    END IF;
    IF found = 1 THEN
        -- Reference data (national channels, boundaries) is for everyone who is let in at all.
        RETURN QUERY SELECT '00000000-0000-4000-8000-000000000002'::uuid,
            ARRAY['jurisdiction', 'agency', 'site', 'licence', 'radio_system', 'channel', 'talkgroup', 'station',
                  'fleet', 'radio_cache', 'gateway', 'backhaul_link', 'agreement', 'need', 'dispatch_center',
                  'comm_unit_member', 'alert_originator', 'broadband_service', 'radio', 'mobile_comm_vehicle'],
            ARRAY['public'], false, 0, 'public'::text, NULL::uuid;
    END IF;
END $$;
