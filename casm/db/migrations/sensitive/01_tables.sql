-- Sensitive fields of sites and links, guarded by policies of their own. Frozen: later changes are later migrations.

CREATE TABLE site_sensitive (
    site_id UUID NOT NULL,
    access_notes VARCHAR,
    grid_power BOOLEAN,
    generator_kw DOUBLE PRECISION,
    generator_fuel_hours DOUBLE PRECISION,
    battery_hours DOUBLE PRECISION,
    lease_end_on DATE,
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    status VARCHAR DEFAULT 'active' NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    source VARCHAR DEFAULT 'typed' NOT NULL,
    source_key VARCHAR,
    import_batch_id UUID,
    verified_on DATE,
    verified_by VARCHAR,
    sensitivity VARCHAR DEFAULT 'internal' NOT NULL,
    remarks VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_site_sensitive PRIMARY KEY (id),
    CONSTRAINT fk_site_sensitive_owner_id_site_id FOREIGN KEY(owner_id, site_id) REFERENCES site (owner_id, id),
    CONSTRAINT ck_site_sensitive_generator_kw_in_range CHECK (generator_kw BETWEEN 0 AND 100000),
    CONSTRAINT ck_site_sensitive_generator_fuel_hours_in_range CHECK (generator_fuel_hours BETWEEN 0 AND 10000),
    CONSTRAINT ck_site_sensitive_battery_hours_in_range CHECK (battery_hours BETWEEN 0 AND 10000),
    CONSTRAINT uq_site_sensitive_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_site_sensitive_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_site_sensitive_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_site_sensitive_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_site_sensitive_version_positive CHECK (version >= 1),
    CONSTRAINT ck_site_sensitive_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_site_sensitive_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_site_sensitive_import_batch_id ON site_sensitive (import_batch_id);
CREATE INDEX ix_site_sensitive_owner_id ON site_sensitive (owner_id);
CREATE UNIQUE INDEX uq_site_sensitive_site_id ON site_sensitive (owner_id, site_id) WHERE status <> 'retired';

CREATE TABLE backhaul_link_sensitive (
    backhaul_link_id UUID NOT NULL,
    circuit_id VARCHAR,
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    status VARCHAR DEFAULT 'active' NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    source VARCHAR DEFAULT 'typed' NOT NULL,
    source_key VARCHAR,
    import_batch_id UUID,
    verified_on DATE,
    verified_by VARCHAR,
    sensitivity VARCHAR DEFAULT 'internal' NOT NULL,
    remarks VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_backhaul_link_sensitive PRIMARY KEY (id),
    CONSTRAINT fk_backhaul_link_sensitive_owner_id_backhaul_link_id FOREIGN KEY(owner_id, backhaul_link_id) REFERENCES backhaul_link (owner_id, id),
    CONSTRAINT uq_backhaul_link_sensitive_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_backhaul_link_sensitive_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_backhaul_link_sensitive_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_backhaul_link_sensitive_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_backhaul_link_sensitive_version_positive CHECK (version >= 1),
    CONSTRAINT ck_backhaul_link_sensitive_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_backhaul_link_sensitive_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_backhaul_link_sensitive_import_batch_id ON backhaul_link_sensitive (import_batch_id);
CREATE INDEX ix_backhaul_link_sensitive_owner_id ON backhaul_link_sensitive (owner_id);
CREATE UNIQUE INDEX uq_backhaul_link_sensitive_backhaul_link_id ON backhaul_link_sensitive (owner_id, backhaul_link_id) WHERE status <> 'retired';
