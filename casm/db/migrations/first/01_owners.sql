-- The owner tree and its closure. Frozen: later changes are later migrations.

CREATE TABLE owner (
    id UUID NOT NULL,
    parent_id UUID,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    fips VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_owner PRIMARY KEY (id),
    CONSTRAINT ck_owner_kind_known CHECK (kind IN ('nation', 'public', 'state', 'territory', 'county', 'urban_area', 'tribe', 'region', 'agency')),
    CONSTRAINT ck_owner_rooted CHECK ((parent_id IS NULL) = (kind IN ('nation', 'public'))),
    CONSTRAINT ck_owner_code_well_formed CHECK (code ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)*$'),
    CONSTRAINT fk_owner_parent_id FOREIGN KEY(parent_id) REFERENCES owner (id),
    CONSTRAINT uq_owner_code UNIQUE (code)
);

COMMENT ON COLUMN owner.code IS 'path in the tree, as us.tn.campbell';
COMMENT ON COLUMN owner.fips IS 'state (2) or county (5) FIPS code';
CREATE INDEX ix_owner_parent_id ON owner (parent_id);

CREATE TABLE owner_closure (
    ancestor_id UUID NOT NULL,
    descendant_id UUID NOT NULL,
    CONSTRAINT pk_owner_closure PRIMARY KEY (ancestor_id, descendant_id),
    CONSTRAINT fk_owner_closure_ancestor_id FOREIGN KEY(ancestor_id) REFERENCES owner (id),
    CONSTRAINT fk_owner_closure_descendant_id FOREIGN KEY(descendant_id) REFERENCES owner (id)
);

CREATE INDEX ix_owner_closure_descendant_id ON owner_closure (descendant_id);
