-- The one way into the audit. What is hashed (all text as UTF-8, hashes in lower-case hexadecimal):
--   seen_sha256    = SHA-256 of: seen_salt, line feed, seen as printed
--   content_sha256 = SHA-256 of a JSON array of strings and nulls, in this order, elements parted by comma and space:
--                    "casm-audit-1", id, at (UTC, as 2026-11-22T19:58:25.123456Z), actor, account_id, owner_id, action,
--                    subject_table, subject_id, origin, request_id, details as printed, seen_sha256
--   sha256         = SHA-256 of four lines joined by line feeds:
--                    casm-audit-1, sequence, previous_sha256, content_sha256
-- The first event's previous_sha256 is the audit's own genesis_sha256. casm/audit/chain.py is the second writing of this.
CREATE FUNCTION casm_sec.audit_content_sha256(event casm.audit_event) RETURNS varchar
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        'casm-audit-1', event.id::text, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        event.actor, event.account_id::text, event.owner_id::text, event.action, event.subject_table,
        event.subject_id::text, event.origin, event.request_id, event.details::text, event.seen_sha256
    )::text, 'UTF8')), 'hex')
$$;

-- Appends events in their order. The head's row lock makes the order one for all, and is held until the commit: the
-- caller does this last. It is a lock that the program's roles cannot take by any other way.
CREATE FUNCTION casm_sec.extend_audit(events jsonb, gate boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sealed_actor text := casm_sec.actor();
    sealed_account uuid := casm_sec.account_id();
    sealed_origin text := casm_sec.origin();
    sealed text[] := casm_sec.verified_context();
    home uuid := CASE sealed[1] WHEN 'v1' THEN sealed[4] WHEN 'v2' THEN sealed[7] END::uuid;
    came_from text;
    given jsonb;
    row casm.audit_event;
    head casm_sec.audit_head;
BEGIN
    SELECT * INTO STRICT head FROM casm_sec.audit_head FOR UPDATE;
    FOR given IN SELECT value FROM jsonb_array_elements(events) LOOP
        head.event_count := head.event_count + 1;
        came_from := coalesce(CASE WHEN gate THEN given->>'origin' END, sealed_origin, '');
        row.sequence := head.event_count;
        row.id := gen_random_uuid();
        row.at := clock_timestamp();
        row.actor := coalesce(CASE WHEN gate THEN given->>'actor' END, sealed_actor);
        row.account_id := coalesce(CASE WHEN gate THEN (given->>'account_id')::uuid END, sealed_account);
        row.owner_id := coalesce((given->>'owner_id')::uuid, home);
        row.action := given->>'action';
        row.subject_table := given->>'subject_table';
        row.subject_id := (given->>'subject_id')::uuid;
        row.origin := nullif(split_part(came_from, ' ', 1), '');
        row.request_id := nullif(split_part(came_from, ' ', 2), '');
        row.details := coalesce(given->'details', '{}');
        row.seen := nullif(given->'seen', 'null');
        row.seen_owner_ids := NULL;
        row.seen_salt := NULL;
        row.seen_sha256 := NULL;
        IF row.seen IS NOT NULL THEN
            row.seen_owner_ids := ARRAY(SELECT key::uuid FROM jsonb_object_keys(row.seen) key ORDER BY 1);
            row.seen_salt := gen_random_uuid();
            row.seen_sha256 := encode(sha256(convert_to(row.seen_salt || E'\n' || row.seen::text, 'UTF8')), 'hex');
        END IF;
        row.content_sha256 := casm_sec.audit_content_sha256(row);
        row.previous_sha256 := head.last_sha256;
        row.sha256 := encode(sha256(convert_to(concat_ws(
            E'\n', 'casm-audit-1', row.sequence, row.previous_sha256, row.content_sha256), 'UTF8')), 'hex');
        head.last_sha256 := row.sha256;
        INSERT INTO casm.audit_event VALUES (row.*);
    END LOOP;
    UPDATE casm_sec.audit_head SET event_count = head.event_count, last_sha256 = head.last_sha256;
    RETURN head.event_count;
END $$;

-- For sessions of viewers: who acts is what the sealed context says and nothing else.
CREATE FUNCTION casm_sec.append_audit(events jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF casm_sec.verified_context() IS NULL THEN
        RAISE EXCEPTION 'nobody is known to act here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN casm_sec.extend_audit(events, false);
END $$;

-- For the gate, which decides who somebody is: it may name the actor, the account and the origin.
CREATE FUNCTION casm_sec.append_gate_audit(events jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN casm_sec.extend_audit(events, true);
END $$;

-- What was shown of the owners whose audit the asker reads, and no other's.
CREATE FUNCTION casm_sec.seen_of(event_ids uuid[]) RETURNS TABLE (id uuid, seen jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    read uuid[] := casm_sec.audit_owners();
BEGIN
    RETURN QUERY
        SELECT e.id, jsonb_object_agg(shown.key, shown.value)
        FROM casm.audit_event e, jsonb_each(e.seen) shown
        WHERE e.id = ANY (event_ids) AND shown.key::uuid = ANY (read)
        GROUP BY e.id;
END $$;
