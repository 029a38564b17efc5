-- What is written stays: these refuse the tables' own owner too, and fire whatever the session's replication role is.
CREATE FUNCTION casm_sec.refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON casm.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.refuse_audit_change();
ALTER TABLE casm.audit_event ENABLE ALWAYS TRIGGER stays;

CREATE FUNCTION casm_sec.refuse_audit_rewind() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.event_count < OLD.event_count OR NEW.genesis_sha256 <> OLD.genesis_sha256 THEN
        RAISE EXCEPTION 'the audit is only added to' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON casm_sec.audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.refuse_audit_change();
CREATE TRIGGER goes_on BEFORE UPDATE ON casm_sec.audit_head
    FOR EACH ROW EXECUTE FUNCTION casm_sec.refuse_audit_rewind();
ALTER TABLE casm_sec.audit_head ENABLE ALWAYS TRIGGER stays;
ALTER TABLE casm_sec.audit_head ENABLE ALWAYS TRIGGER goes_on;

ALTER TABLE casm.audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE casm.audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON casm.audit_event FOR SELECT USING (
    owner_id = ANY ((SELECT casm_sec.audit_owners())::uuid[])
    OR seen_owner_ids && (SELECT casm_sec.audit_owners())::uuid[]);
CREATE POLICY appends ON casm.audit_event FOR INSERT TO casm_owner WITH CHECK (true);

REVOKE ALL ON FUNCTION casm_sec.audit_content_sha256(casm.audit_event), casm_sec.extend_audit(jsonb, boolean),
    casm_sec.append_audit(jsonb), casm_sec.append_gate_audit(jsonb), casm_sec.seen_of(uuid[]),
    casm_sec.refuse_audit_change(), casm_sec.refuse_audit_rewind() FROM PUBLIC;
-- Which other owners' rows a view showed stays with those owners' auditors: these columns only by seen_of().
GRANT SELECT (sequence, id, at, actor, account_id, owner_id, action, subject_table, subject_id, origin, request_id,
    details, seen_sha256, content_sha256, previous_sha256, sha256) ON casm.audit_event TO casm_app;
GRANT EXECUTE ON FUNCTION casm_sec.append_audit(jsonb), casm_sec.seen_of(uuid[]) TO casm_app;
GRANT EXECUTE ON FUNCTION casm_sec.append_audit(jsonb), casm_sec.append_gate_audit(jsonb) TO casm_gate;
GRANT SELECT ON casm.audit_event, casm_sec.audit_head TO casm_backup;
