-- What a reader's page is decided by and what the reader may do at all, in one go: each of the functions that view_state()
-- called looked at the seal and worked the scopes out for itself, ten times for one page.
--
-- Which owners a reader knows of need not be listed, thousands of them for the nation: they follow from the scopes, the
-- memberships by which the reader knows of more, and rows whose changes are counted.
CREATE FUNCTION casm_sec.reader_state(OUT word text, OUT edits boolean, OUT manages boolean, OUT audits boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sealed text[] := casm_sec.verified_context();
    seen casm_sec.scope[] := ARRAY(SELECT s FROM casm_sec.scopes() s);
    asker uuid;
    belongs text[];
BEGIN
    edits := EXISTS (SELECT FROM unnest(seen) s WHERE s.may_write);
    manages := sealed[1] = 'v1' AND edits;
    audits := manages;
    IF sealed[1] = 'v2' AND sealed[4] IN ('account', 'token') THEN
        asker := CASE sealed[4] WHEN 'account' THEN sealed[5]::uuid
                 ELSE (SELECT t.account_id FROM casm_gate.api_token t WHERE t.id = sealed[5]::uuid) END;
        belongs := ARRAY(
            SELECT m.role || ' ' || m.owner_id FROM casm.membership m JOIN casm_gate.account a ON a.id = m.account_id
            WHERE m.account_id = asker AND m.ended_at IS NULL AND a.state = 'active' ORDER BY 1);
        IF sealed[4] = 'account' THEN
            manages := EXISTS (SELECT FROM unnest(belongs) b WHERE b LIKE 'administrative_manager %');
            audits := manages OR EXISTS (SELECT FROM unnest(belongs) b WHERE b LIKE 'auditor %');
        END IF;
    END IF;
    word := encode(sha256(convert_to(concat_ws(E'\n',
        -- A database put back from a backup counts on from an earlier sum, to other rows.
        (SELECT oid FROM pg_database WHERE datname = current_database()), pg_postmaster_start_time(),
        (SELECT sum(weight) FROM casm_sec.data_change),
        (SELECT string_agg(DISTINCT concat_ws('|', s.root_id, s.via, s.may_write, s.precision_m,
                coalesce((SELECT string_agg(c, ',' ORDER BY c COLLATE "C") FROM unnest(s.asset_classes) c), '*'),
                (SELECT string_agg(f, ',' ORDER BY f COLLATE "C") FROM unnest(s.field_classes) f),
                coalesce(encode(sha256(public.st_asbinary(coalesce(g.area, l.area))), 'hex'), 'everywhere')), E'\n')
         FROM unnest(seen) s
         LEFT JOIN casm.sharing_grant g ON s.via = 'grant' AND g.id = s.via_id
         LEFT JOIN casm.share_link l ON s.via = 'link' AND l.id = s.via_id),
        CASE WHEN asker IS NOT NULL THEN sealed[4] END, array_to_string(belongs, ',')), 'UTF8')), 'hex');
END $$;

CREATE OR REPLACE FUNCTION casm_sec.view_state() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT s.word FROM casm_sec.reader_state() s);
END $$;

REVOKE ALL ON FUNCTION casm_sec.reader_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.reader_state() TO casm_app;
