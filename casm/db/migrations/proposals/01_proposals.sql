-- Where an owner wants it, changes are proposed and approved before they are made. Frozen: later changes are later migrations.

ALTER TABLE sharing_grant ADD COLUMN may_propose BOOLEAN DEFAULT 'false' NOT NULL;
COMMENT ON COLUMN sharing_grant.may_propose IS 'whoever it shows records to may propose changes of them';

CREATE TABLE proposal_rule (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    asset_class VARCHAR,
    set_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by VARCHAR,
    CONSTRAINT pk_proposal_rule PRIMARY KEY (id),
    CONSTRAINT fk_proposal_rule_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT ck_proposal_rule_asset_class_well_formed CHECK (asset_class ~ '^[a-z][a-z_]*$'),
    CONSTRAINT ck_proposal_rule_ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
COMMENT ON COLUMN proposal_rule.asset_class IS 'NULL: every class';
CREATE INDEX ix_proposal_rule_owner_id ON proposal_rule (owner_id);
CREATE UNIQUE INDEX uq_proposal_rule_owner_id_asset_class ON proposal_rule (owner_id, asset_class)
    NULLS NOT DISTINCT WHERE ended_at IS NULL;

CREATE TABLE proposal (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    asset_class VARCHAR NOT NULL,
    field_classes VARCHAR[] NOT NULL,
    record_class VARCHAR NOT NULL,
    record_id UUID,
    act VARCHAR NOT NULL,
    base_version INTEGER,
    title VARCHAR NOT NULL,
    sensitivity VARCHAR NOT NULL,
    fields JSONB NOT NULL,
    given JSONB DEFAULT '{}' NOT NULL,
    reason VARCHAR,
    proposed_by VARCHAR NOT NULL,
    account_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    state VARCHAR DEFAULT 'waiting' NOT NULL,
    decided_by VARCHAR,
    decided_at TIMESTAMP WITH TIME ZONE,
    word VARCHAR,
    applied_version INTEGER,
    CONSTRAINT pk_proposal PRIMARY KEY (id),
    CONSTRAINT fk_proposal_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT ck_proposal_act_known CHECK (act IN ('change', 'create', 'retire')),
    CONSTRAINT ck_proposal_state_known CHECK (state IN ('waiting', 'applied', 'declined', 'withdrawn')),
    CONSTRAINT ck_proposal_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_proposal_field_classes_known CHECK (field_classes <@ ARRAY['public', 'sensitive', 'encryption', 'contact']::varchar[]),
    CONSTRAINT ck_proposal_from_a_version CHECK ((act = 'create') = (base_version IS NULL)),
    CONSTRAINT ck_proposal_of_a_record CHECK ((act = 'create' AND state <> 'applied') = (record_id IS NULL)),
    CONSTRAINT ck_proposal_decided_whole CHECK ((state = 'waiting') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT ck_proposal_applied_whole CHECK ((state = 'applied') = (applied_version IS NOT NULL))
);
COMMENT ON COLUMN proposal.fields IS 'field → its text before and as proposed';
COMMENT ON COLUMN proposal.given IS 'reference given by id → class and id';
COMMENT ON COLUMN proposal.word IS 'what was said when it was declined';
CREATE INDEX ix_proposal_owner_id ON proposal (owner_id);
CREATE INDEX ix_proposal_record_id ON proposal (record_id);

-- Owners whose editors propose changes of a class instead of making them.
CREATE FUNCTION casm_sec.proposing_owners(wanted_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm.proposal_rule r JOIN casm.owner_closure c ON c.ancestor_id = r.owner_id
            WHERE r.ended_at IS NULL AND (r.asset_class IS NULL OR r.asset_class = wanted_class));
END $$;

-- Whether a scope is an editor's, whom such a rule is about; a manager's and a program's are not.
CREATE FUNCTION casm_sec.is_editors(via text, scope_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN via = 'membership'
        AND EXISTS (SELECT FROM casm.membership m WHERE m.id = scope_id AND m.role = 'agency_editor');
END $$;

CREATE OR REPLACE FUNCTION casm_sec.writable_owners(asset_class text, field_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    proposing uuid[] := casm_sec.proposing_owners(asset_class);
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE s.may_write AND field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR asset_class = ANY (s.asset_classes))
              AND (c.descendant_id <> ALL (proposing) OR NOT casm_sec.is_editors(s.via, s.via_id)));
END $$;

-- For the application's own wall: of an editor's scope, "class|owner" of what it may only propose; * is every class.
CREATE FUNCTION casm_sec.only_proposes(root uuid, via text, scope_id uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- What costs most is asked last, and of few: this runs for each scope at each beginning of a session's reads.
    IF via <> 'membership' OR NOT EXISTS (SELECT FROM casm.proposal_rule WHERE ended_at IS NULL) THEN
        RETURN '{}';
    END IF;
    IF NOT casm_sec.is_editors(via, scope_id) THEN
        RETURN '{}';
    END IF;
    IF NOT EXISTS (SELECT FROM casm_sec.scopes() s WHERE s.via_id = scope_id) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT DISTINCT coalesce(r.asset_class, '*') || '|' || below.descendant_id
                 FROM casm.proposal_rule r JOIN casm.owner_closure below ON below.ancestor_id = r.owner_id
                 JOIN casm.owner_closure own ON own.descendant_id = below.descendant_id AND own.ancestor_id = root
                 WHERE r.ended_at IS NULL);
END $$;

-- Whether a scope lets its holder propose: an editor's, or that of a grant which says so.
CREATE FUNCTION casm_sec.lets_propose(via text, scope_id uuid, precision_m integer) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN casm_sec.is_editors(via, scope_id)
        OR via = 'grant' AND precision_m = 0
           AND EXISTS (SELECT FROM casm.sharing_grant g WHERE g.id = scope_id AND g.may_propose);
END $$;

-- What the asker may propose, by owner, class and field class.
CREATE FUNCTION casm_sec.proposable_owners(asset_class text, field_class text) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT c.descendant_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            WHERE field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR asset_class = ANY (s.asset_classes))
              AND (s.may_write OR s.via = 'grant' AND casm_sec.lets_propose(s.via, s.via_id, s.precision_m)));
END $$;

-- Whether the asker changes records at all, be it by a proposal.
CREATE FUNCTION casm_sec.edits_anywhere() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM casm_sec.scopes() s
                   WHERE s.may_write OR s.via = 'grant' AND casm_sec.lets_propose(s.via, s.via_id, s.precision_m));
END $$;

-- "owner|class|field class" of what the asker edits (writes = true) or sees as it is; * is every class. Row security
-- looks rows of any class up in it, so that it need not name the classes.
CREATE FUNCTION casm_sec.scope_keys(writes boolean) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT c.descendant_id || '|' || a || '|' || f
                 FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id,
                      unnest(coalesce(s.asset_classes, ARRAY['*'])) a, unnest(s.field_classes) f
                 WHERE CASE WHEN writes THEN s.may_write ELSE s.precision_m = 0 AND s.via <> 'program writes' END);
END $$;

-- Whether the asker may decide about a proposal: make its change without proposing it.
CREATE FUNCTION casm_sec.decides(wanted_owner uuid, wanted_class text, wanted_fields text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT bool_and(wanted_owner = ANY (casm_sec.writable_owners(wanted_class, f)))
            FROM unnest(wanted_fields || ARRAY['public']) f);
END $$;

CREATE FUNCTION casm_sec.may_propose(wanted_owner uuid, wanted_class text, wanted_fields text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT bool_and(wanted_owner = ANY (casm_sec.proposable_owners(wanted_class, f)))
            FROM unnest(wanted_fields) f);
END $$;

ALTER TABLE proposal_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON proposal_rule FOR SELECT USING (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]));
CREATE POLICY adds ON proposal_rule FOR INSERT WITH CHECK (
    owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]) AND set_by = (SELECT casm_sec.actor()));
CREATE POLICY changes ON proposal_rule FOR UPDATE
    USING (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]))
    WITH CHECK (owner_id = ANY ((SELECT casm_sec.managed_owners())::uuid[]) AND ended_by = (SELECT casm_sec.actor()));
CREATE POLICY moves ON proposal_rule FOR ALL TO casm_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON proposal_rule TO casm_app, casm_wide;
GRANT UPDATE (ended_at, ended_by) ON proposal_rule TO casm_app, casm_wide;
GRANT SELECT ON proposal_rule TO casm_backup;

ALTER TABLE proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON proposal TO casm_app, casm_wide;
GRANT UPDATE (record_id, state, decided_by, decided_at, word, applied_version) ON proposal TO casm_app, casm_wide;
GRANT SELECT ON proposal TO casm_backup;
CREATE POLICY moves ON proposal FOR ALL TO casm_owner USING (true) WITH CHECK (true);

-- A decision is made once, and what was proposed stays as it was.
CREATE FUNCTION casm_sec.decide_once() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user <> 'casm_owner' AND (OLD.state <> 'waiting' OR NEW.state = 'waiting') THEN
        RAISE EXCEPTION 'a proposal is decided once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decide_once BEFORE UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION casm_sec.decide_once();
CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON proposal
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change();
CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON proposal_rule
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change();

REVOKE ALL ON FUNCTION casm_sec.proposing_owners(text), casm_sec.is_editors(text, uuid),
    casm_sec.only_proposes(uuid, text, uuid), casm_sec.lets_propose(text, uuid, integer),
    casm_sec.proposable_owners(text, text), casm_sec.edits_anywhere(), casm_sec.scope_keys(boolean),
    casm_sec.decides(uuid, text, text[]), casm_sec.may_propose(uuid, text, text[]), casm_sec.decide_once() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.only_proposes(uuid, text, uuid), casm_sec.lets_propose(text, uuid, integer),
    casm_sec.edits_anywhere(), casm_sec.scope_keys(boolean), casm_sec.decides(uuid, text, text[]),
    casm_sec.may_propose(uuid, text, text[]) TO casm_app, casm_wide, casm_backup;
