-- casm_gate keeps the accounts and, of the inventory, reads only which owners there are. Nothing it wrote is deleted
-- but what is spent or was given up: an account stays, so that what was signed with its name keeps its meaning.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA casm_gate TO casm_gate;
GRANT DELETE ON casm_gate.external_identity, casm_gate.totp, casm_gate.passkey, casm_gate.passkey_challenge,
    casm_gate.recovery_code, casm_gate.web_session, casm_gate.password_reset, casm_gate.throttle TO casm_gate;
GRANT SELECT ON ALL TABLES IN SCHEMA casm_gate TO casm_backup;

GRANT USAGE ON SCHEMA casm, casm_sec TO casm_gate;
GRANT SELECT ON casm.owner, casm.owner_closure TO casm_gate;
GRANT EXECUTE ON FUNCTION casm_sec.actor(), casm_sec.known_owners() TO casm_gate;
CREATE POLICY gate_reads ON casm.owner FOR SELECT TO casm_gate USING (true);

-- Who asks, and whose accounts the asker rules: told by the sealed context, as in the inventory. Bound when called,
-- since both are laid down by later migrations.
CREATE FUNCTION casm_gate.asker_id() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN casm_sec.account_id();
END $$;

CREATE FUNCTION casm_gate.managed_owners() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN casm_sec.managed_owners();
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA casm_gate FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA casm_gate TO casm_gate;
