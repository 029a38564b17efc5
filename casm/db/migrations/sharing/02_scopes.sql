-- What the asker may see, worked out from the live tables at every statement: a revoked grant, an ended membership, an
-- expired link or a deactivated account counts from the next statement on, within open transactions too.
-- Two forms of the sealed setting casm.context:
--   v1|expiry|actor|home owner|read roots|write roots|field classes|hex HMAC      a program with roots of its own
--   v2|expiry|actor|account, token or link|its id|origin|home owner|hex HMAC      a person, of whom the tables tell
CREATE TYPE casm_sec.scope AS (
    root_id uuid,
    asset_classes text[],
    field_classes text[],
    may_write boolean,
    precision_m integer,
    via text,
    via_id uuid
);

CREATE OR REPLACE FUNCTION casm_sec.verified_context() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given text := nullif(current_setting('casm.context', true), '');
    parts text[];
    signed text;
    expected text;
BEGIN
    IF given IS NULL THEN
        RETURN NULL;
    END IF;
    parts := string_to_array(given, '|');
    IF array_length(parts, 1) <> 8 OR parts[1] NOT IN ('v1', 'v2') OR parts[2] !~ '^[0-9]{1,12}$' THEN
        RETURN NULL;
    END IF;
    signed := left(given, length(given) - length(parts[8]) - 1);
    SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(signed, 'UTF8'))), 'hex')
        INTO expected FROM casm_sec.seal;
    IF expected IS NULL OR sha256(convert_to(expected, 'UTF8')) <> sha256(convert_to(parts[8], 'UTF8')) THEN
        RETURN NULL;
    END IF;
    IF parts[2]::bigint < extract(epoch FROM clock_timestamp()) THEN
        RETURN NULL;
    END IF;
    RETURN parts;
END $$;

-- The account behind the asker: itself, or the one a token belongs to; NULL for programs and links.
CREATE FUNCTION casm_sec.account_id() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := casm_sec.verified_context();
BEGIN
    IF parts[1] = 'v2' AND parts[4] = 'account' THEN
        RETURN parts[5]::uuid;
    END IF;
    IF parts[1] = 'v2' AND parts[4] = 'token' THEN
        RETURN (SELECT account_id FROM casm_gate.api_token WHERE id = parts[5]::uuid);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION casm_sec.origin() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := casm_sec.verified_context();
BEGIN
    RETURN CASE WHEN parts[1] = 'v2' THEN parts[6] ELSE '' END;
END $$;

-- What an account has by its own roles and by grants to it or to an owner it belongs to.
CREATE FUNCTION casm_sec.account_scopes(asker uuid) RETURNS SETOF casm_sec.scope
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM casm_gate.account WHERE id = asker AND state = 'active') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.owner_id, m.asset_classes::text[], m.field_classes::text[],
               m.role IN ('administrative_manager', 'agency_editor'), 0, 'membership'::text, m.id
        FROM casm.membership m
        WHERE m.account_id = asker AND m.ended_at IS NULL
          AND m.role IN ('administrative_manager', 'agency_editor', 'agency_reader', 'national_viewer');
    RETURN QUERY
        SELECT g.owner_id, g.asset_classes::text[], g.field_classes::text[], false, g.precision_m, 'grant'::text, g.id
        FROM casm.sharing_grant g
        WHERE g.revoked_at IS NULL AND clock_timestamp() >= g.valid_from AND clock_timestamp() < g.valid_until
          AND (g.recipient_account_id = asker OR EXISTS (
              SELECT FROM casm.membership m JOIN casm.owner_closure c ON c.descendant_id = m.owner_id
              WHERE c.ancestor_id = g.recipient_owner_id AND m.account_id = asker AND m.ended_at IS NULL
                AND m.role IN ('administrative_manager', 'agency_editor', 'agency_reader', 'partner')));
END $$;

-- A token narrows its account and never widens it.
CREATE FUNCTION casm_sec.token_scopes(asker uuid) RETURNS SETOF casm_sec.scope
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT s.root_id,
               CASE WHEN t.asset_classes IS NULL THEN s.asset_classes
                    WHEN s.asset_classes IS NULL THEN t.asset_classes::text[]
                    ELSE ARRAY(SELECT unnest(s.asset_classes) INTERSECT SELECT unnest(t.asset_classes::text[])) END,
               ARRAY(SELECT unnest(s.field_classes) INTERSECT SELECT unnest(t.field_classes::text[])),
               s.may_write AND t.may_write, s.precision_m, s.via, s.via_id
        FROM casm_gate.api_token t, casm_sec.account_scopes(t.account_id) s
        WHERE t.id = asker AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp();
END $$;

CREATE FUNCTION casm_sec.link_scopes(asker uuid) RETURNS SETOF casm_sec.scope
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT l.owner_id, l.asset_classes::text[], l.field_classes::text[], false, l.precision_m, 'link'::text, l.id
        FROM casm.share_link l
        WHERE l.id = asker AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp();
END $$;

CREATE FUNCTION casm_sec.scopes() RETURNS SETOF casm_sec.scope
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
                  'fleet', 'radio_cache', 'gateway', 'backhaul_link', 'agreement', 'need'],
            ARRAY['public'], false, 0, 'public'::text, NULL::uuid;
    END IF;
END $$;

-- Owners whose rows of a class, in a field class, are seen as they are. What is shared at a reduced precision is not
-- among them: it comes only through approximate_places().
CREATE FUNCTION casm_sec.visible_owners(asset_class text, field_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.precision_m = 0 AND s.via <> 'program writes' AND field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR asset_class = ANY (s.asset_classes)));
END $$;

-- The same, by one's own roles alone: history and work in progress are never shared.
CREATE FUNCTION casm_sec.member_owners(asset_class text, field_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.via IN ('membership', 'program') AND field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR asset_class = ANY (s.asset_classes)));
END $$;

CREATE FUNCTION casm_sec.writable_owners(asset_class text, field_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.may_write AND field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR asset_class = ANY (s.asset_classes)));
END $$;

-- Owners of whom anything at all is seen, or written.
CREATE OR REPLACE FUNCTION casm_sec.visible_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.via <> 'program writes');
END $$;

CREATE OR REPLACE FUNCTION casm_sec.writable_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id WHERE s.may_write);
END $$;

-- Whether nothing that has a place is hidden from the asker: it sees every owner's, or all but of a few that have none.
CREATE FUNCTION casm_sec.sees_everything() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seen uuid[];
    unseen uuid[];
BEGIN
    SELECT array_agg(DISTINCT c.descendant_id) INTO seen
        FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
        WHERE s.precision_m = 0 AND s.via <> 'program writes' AND 'public' = ANY (s.field_classes)
          AND (s.asset_classes IS NULL OR s.asset_classes @> ARRAY['jurisdiction', 'agency', 'site', 'channel',
               'radio_cache', 'gateway', 'need'])
          AND NOT EXISTS (SELECT FROM casm.sharing_grant g WHERE g.id = s.via_id AND g.area IS NOT NULL)
          AND NOT EXISTS (SELECT FROM casm.share_link l WHERE l.id = s.via_id AND l.area IS NOT NULL);
    IF seen IS NULL OR cardinality(seen) + 3 < (SELECT count(*) FROM casm.owner) THEN
        RETURN false;
    END IF;
    unseen := ARRAY(SELECT o.id FROM casm.owner o WHERE o.id <> ALL (seen));
    RETURN NOT EXISTS (SELECT FROM casm.jurisdiction t WHERE t.owner_id = ANY (unseen))
       AND NOT EXISTS (SELECT FROM casm.agency t WHERE t.owner_id = ANY (unseen))
       AND NOT EXISTS (SELECT FROM casm.site t WHERE t.owner_id = ANY (unseen))
       AND NOT EXISTS (SELECT FROM casm.channel t WHERE t.owner_id = ANY (unseen))
       AND NOT EXISTS (SELECT FROM casm.radio_cache t WHERE t.owner_id = ANY (unseen))
       AND NOT EXISTS (SELECT FROM casm.gateway t WHERE t.owner_id = ANY (unseen))
       AND NOT EXISTS (SELECT FROM casm.need t WHERE t.owner_id = ANY (unseen));
END $$;

-- Owners whose accounts, grants, links and handling texts the asker rules.
CREATE FUNCTION casm_sec.managed_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := casm_sec.verified_context();
BEGIN
    IF parts[1] = 'v1' THEN
        RETURN casm_sec.writable_owners();
    END IF;
    IF parts[1] = 'v2' AND parts[4] = 'account' THEN
        RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
                FROM casm.membership m JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id
                JOIN casm_gate.account a ON a.id = m.account_id AND a.state = 'active'
                WHERE m.account_id = parts[5]::uuid AND m.ended_at IS NULL AND m.role = 'administrative_manager');
    END IF;
    RETURN '{}';
END $$;

CREATE FUNCTION casm_sec.audit_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := casm_sec.verified_context();
BEGIN
    IF parts[1] = 'v1' THEN
        RETURN casm_sec.writable_owners();
    END IF;
    IF parts[1] = 'v2' AND parts[4] = 'account' THEN
        RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
                FROM casm.membership m JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id
                JOIN casm_gate.account a ON a.id = m.account_id AND a.state = 'active'
                WHERE m.account_id = parts[5]::uuid AND m.ended_at IS NULL
                  AND m.role IN ('administrative_manager', 'auditor'));
    END IF;
    RETURN '{}';
END $$;

-- Owners in whose name the asker may have something computed: those it belongs to.
CREATE FUNCTION casm_sec.computing_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.via = 'membership' OR s.may_write);
END $$;

-- Grants that are the reason for something the asker sees.
CREATE FUNCTION casm_sec.grants_in_use() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(s.via_id), '{}') FROM casm_sec.scopes() s WHERE s.via IN ('grant', 'link'));
END $$;

CREATE FUNCTION casm_sec.scope_areas() RETURNS TABLE (via_id uuid, area public.geometry)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.via_id, coalesce(g.area, l.area)
        FROM casm_sec.scopes() s
        LEFT JOIN casm.sharing_grant g ON s.via = 'grant' AND g.id = s.via_id
        LEFT JOIN casm.share_link l ON s.via = 'link' AND l.id = s.via_id
        WHERE coalesce(g.area, l.area) IS NOT NULL;
END $$;

-- Names of owners a viewer may know of: those it sees anything of, belongs to, rules or has shown something, and the
-- ancestors that lead to them.
CREATE OR REPLACE FUNCTION casm_sec.known_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asker uuid := casm_sec.account_id();
    known uuid[] := casm_sec.visible_owners();
BEGIN
    IF EXISTS (SELECT FROM casm_gate.account WHERE id = asker AND state = 'active') THEN
        known := known || casm_sec.audit_owners()
            || ARRAY(SELECT m.owner_id FROM casm.membership m WHERE m.account_id = asker AND m.ended_at IS NULL)
            || ARRAY(SELECT g.recipient_owner_id FROM casm.sharing_grant g
                     WHERE g.owner_id = ANY (casm_sec.managed_owners()) AND g.recipient_owner_id IS NOT NULL);
    END IF;
    RETURN (SELECT coalesce(array_agg(DISTINCT ancestor_id), '{}') FROM casm.owner_closure
            WHERE descendant_id = ANY (known));
END $$;

-- Field classes the asker has anywhere; where, is said by visible_owners(asset_class, field_class).
CREATE OR REPLACE FUNCTION casm_sec.field_classes() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT f), '{}') FROM casm_sec.scopes() s, unnest(s.field_classes) f);
END $$;

-- One word for all that a viewer may see: two viewers of the same sight may share a computed answer, and whatever
-- changes the sight withdraws it.
CREATE FUNCTION casm_sec.sight() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\n' ORDER BY line COLLATE "C"), ''), 'UTF8')), 'hex')
            FROM (
                SELECT DISTINCT concat_ws('|', s.root_id,
                    coalesce((SELECT string_agg(c, ',' ORDER BY c COLLATE "C") FROM unnest(s.asset_classes) c), '*'),
                    (SELECT string_agg(f, ',' ORDER BY f COLLATE "C") FROM unnest(s.field_classes) f),
                    s.precision_m,
                    coalesce((SELECT encode(sha256(public.st_asbinary(a.area)), 'hex')
                              FROM casm_sec.scope_areas() a WHERE a.via_id = s.via_id), 'everywhere')) AS line
                FROM casm_sec.scopes() s
                WHERE s.via <> 'program writes' AND s.root_id <> '00000000-0000-4000-8000-000000000002'::uuid
            ) lines);
END $$;

-- The one owner whose subtree, whole and beside public data alone, the asker sees; NULL for anybody who sees more or less.
-- Only what was computed from such a sight may be shown to others as that owner's: an answer computed with a wider sight
-- tells by its presence, or its absence, of rows that they may not know of.
CREATE FUNCTION casm_sec.sight_root() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT (array_agg(s.root_id))[1]
            FROM casm_sec.scopes() s
            WHERE s.via <> 'program writes' AND s.root_id <> '00000000-0000-4000-8000-000000000002'::uuid
            HAVING count(DISTINCT s.root_id) = 1
               AND bool_and(s.via IN ('membership', 'program'))
               AND bool_or(s.asset_classes IS NULL
                           AND s.field_classes @> ARRAY['public', 'sensitive', 'encryption', 'contact']));
END $$;

-- Set by the database, so that nobody can pass an answer off as another viewer's.
CREATE FUNCTION casm_sec.stamp_sight() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.sight_sha256 := casm_sec.sight();
    NEW.sight_root_id := casm_sec.sight_root();
    RETURN NEW;
END $$;

-- An owner of one's scopes with all below it.
CREATE FUNCTION casm_sec.subtree(root uuid, may_write boolean) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- For a reader the nation is everybody but the public owner: a list of thousands would say no more.
    IF root = '00000000-0000-4000-8000-000000000001'::uuid AND NOT may_write
       OR NOT EXISTS (SELECT FROM casm_sec.scopes() s WHERE s.root_id = root) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT descendant_id FROM casm.owner_closure WHERE ancestor_id = root);
END $$;
