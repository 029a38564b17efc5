-- Agreements and needs. Frozen: later changes are later migrations.

CREATE TABLE agreement (
    title VARCHAR NOT NULL,
    kind VARCHAR,
    reference_number VARCHAR,
    effective_on DATE,
    expires_on DATE,
    open_ended BOOLEAN DEFAULT 'false' NOT NULL,
    activation_steps VARCHAR,
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
    CONSTRAINT pk_agreement PRIMARY KEY (id),
    CONSTRAINT ck_agreement_kind_known CHECK (kind IN ('mou', 'mutual_aid', 'sop', 'lease', 'concurrence')),
    CONSTRAINT ck_agreement_ends_after_start CHECK (expires_on >= effective_on),
    CONSTRAINT ck_agreement_open_ended_has_no_end CHECK (NOT (open_ended AND expires_on IS NOT NULL)),
    CONSTRAINT uq_agreement_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_agreement_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_agreement_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_agreement_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_agreement_version_positive CHECK (version >= 1),
    CONSTRAINT ck_agreement_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_agreement_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN agreement.expires_on IS 'NULL with open_ended false: not known';
COMMENT ON COLUMN agreement.open_ended IS 'in force until ended';
CREATE INDEX ix_agreement_import_batch_id ON agreement (import_batch_id);
CREATE INDEX ix_agreement_owner_id ON agreement (owner_id);
CREATE UNIQUE INDEX uq_agreement_title ON agreement (owner_id, title) WHERE status <> 'retired';

CREATE TABLE agreement_party (
    agreement_id UUID NOT NULL,
    agency_owner_id UUID NOT NULL,
    agency_id UUID NOT NULL,
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
    CONSTRAINT pk_agreement_party PRIMARY KEY (id),
    CONSTRAINT fk_agreement_party_owner_id_agreement_id FOREIGN KEY(owner_id, agreement_id) REFERENCES agreement (owner_id, id),
    CONSTRAINT uq_agreement_party_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_agreement_party_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_agreement_party_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_agreement_party_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_agreement_party_version_positive CHECK (version >= 1),
    CONSTRAINT ck_agreement_party_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_agreement_party_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_agreement_party_agency_id ON agreement_party (agency_id);
CREATE INDEX ix_agreement_party_import_batch_id ON agreement_party (import_batch_id);
CREATE INDEX ix_agreement_party_owner_id ON agreement_party (owner_id);
CREATE UNIQUE INDEX uq_agreement_party_agreement_id_agency_id ON agreement_party (owner_id, agreement_id, agency_id) WHERE status <> 'retired';

CREATE TABLE agreement_asset (
    agreement_id UUID NOT NULL,
    asset_class VARCHAR NOT NULL,
    asset_owner_id UUID NOT NULL,
    asset_id UUID NOT NULL,
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
    CONSTRAINT pk_agreement_asset PRIMARY KEY (id),
    CONSTRAINT fk_agreement_asset_owner_id_agreement_id FOREIGN KEY(owner_id, agreement_id) REFERENCES agreement (owner_id, id),
    CONSTRAINT ck_agreement_asset_asset_class_known CHECK (asset_class IN ('site', 'station', 'radio_system', 'channel', 'talkgroup', 'fleet', 'template', 'radio_cache', 'gateway', 'backhaul_link')),
    CONSTRAINT uq_agreement_asset_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_agreement_asset_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_agreement_asset_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_agreement_asset_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_agreement_asset_version_positive CHECK (version >= 1),
    CONSTRAINT ck_agreement_asset_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_agreement_asset_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_agreement_asset_asset_id ON agreement_asset (asset_id);
CREATE INDEX ix_agreement_asset_import_batch_id ON agreement_asset (import_batch_id);
CREATE INDEX ix_agreement_asset_owner_id ON agreement_asset (owner_id);
CREATE UNIQUE INDEX uq_agreement_asset_agreement_id_asset_id ON agreement_asset (owner_id, agreement_id, asset_id) WHERE status <> 'retired';

CREATE TABLE need (
    name VARCHAR NOT NULL,
    origin VARCHAR DEFAULT 'stated' NOT NULL,
    required_level INTEGER NOT NULL,
    within_minutes INTEGER DEFAULT '60' NOT NULL,
    coverage_probability DOUBLE PRECISION DEFAULT '0.95' NOT NULL,
    area_share DOUBLE PRECISION DEFAULT '0.95' NOT NULL,
    place public.geometry(MULTIPOLYGON,4326),
    jurisdiction_owner_id UUID,
    jurisdiction_id UUID,
    justification VARCHAR,
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
    CONSTRAINT pk_need PRIMARY KEY (id),
    CONSTRAINT ck_need_origin_known CHECK (origin IN ('stated', 'proposed')),
    CONSTRAINT ck_need_jurisdiction_whole CHECK (num_nonnulls(jurisdiction_owner_id, jurisdiction_id) IN (0, 2)),
    CONSTRAINT ck_need_required_level_in_range CHECK (required_level BETWEEN 1 AND 5),
    CONSTRAINT ck_need_within_minutes_in_range CHECK (within_minutes BETWEEN 0 AND 100000),
    CONSTRAINT ck_need_coverage_probability_in_range CHECK (coverage_probability BETWEEN 0.5 AND 0.999),
    CONSTRAINT ck_need_area_share_in_range CHECK (area_share BETWEEN 0.01 AND 1),
    CONSTRAINT uq_need_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_need_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_need_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_need_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_need_version_positive CHECK (version >= 1),
    CONSTRAINT ck_need_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_need_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN need.required_level IS 'SAFECOM-style level 1 to 5, design.md''s table';
CREATE INDEX ix_need_import_batch_id ON need (import_batch_id);
CREATE INDEX ix_need_jurisdiction_id ON need (jurisdiction_id);
CREATE INDEX ix_need_owner_id ON need (owner_id);
CREATE UNIQUE INDEX uq_need_name ON need (owner_id, name) WHERE status <> 'retired';

CREATE TABLE need_party (
    need_id UUID NOT NULL,
    agency_owner_id UUID NOT NULL,
    agency_id UUID NOT NULL,
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
    CONSTRAINT pk_need_party PRIMARY KEY (id),
    CONSTRAINT fk_need_party_owner_id_need_id FOREIGN KEY(owner_id, need_id) REFERENCES need (owner_id, id),
    CONSTRAINT uq_need_party_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_need_party_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_need_party_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_need_party_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_need_party_version_positive CHECK (version >= 1),
    CONSTRAINT ck_need_party_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_need_party_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_need_party_agency_id ON need_party (agency_id);
CREATE INDEX ix_need_party_import_batch_id ON need_party (import_batch_id);
CREATE INDEX ix_need_party_owner_id ON need_party (owner_id);
CREATE UNIQUE INDEX uq_need_party_need_id_agency_id ON need_party (owner_id, need_id, agency_id) WHERE status <> 'retired';
