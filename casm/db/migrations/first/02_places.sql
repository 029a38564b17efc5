-- Jurisdictions, agencies, sites and licences. Frozen: later changes are later migrations.

CREATE TABLE jurisdiction (
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    state_fips VARCHAR,
    edition VARCHAR,
    parent_owner_id UUID,
    parent_id UUID,
    area public.geometry(MULTIPOLYGON,4326),
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
    CONSTRAINT pk_jurisdiction PRIMARY KEY (id),
    CONSTRAINT ck_jurisdiction_kind_known CHECK (kind IN ('nation', 'state', 'territory', 'county', 'tribe', 'city', 'district', 'region')),
    CONSTRAINT ck_jurisdiction_parent_whole CHECK (num_nonnulls(parent_owner_id, parent_id) IN (0, 2)),
    CONSTRAINT uq_jurisdiction_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_jurisdiction_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_jurisdiction_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_jurisdiction_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_jurisdiction_version_positive CHECK (version >= 1),
    CONSTRAINT ck_jurisdiction_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_jurisdiction_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN jurisdiction.code IS 'FIPS or GNIS code, or the district''s own';
COMMENT ON COLUMN jurisdiction.edition IS 'source and vintage of the polygon';
CREATE INDEX ix_jurisdiction_import_batch_id ON jurisdiction (import_batch_id);
CREATE INDEX ix_jurisdiction_owner_id ON jurisdiction (owner_id);
CREATE INDEX ix_jurisdiction_parent_id ON jurisdiction (parent_id);
CREATE UNIQUE INDEX uq_jurisdiction_kind_code ON jurisdiction (owner_id, kind, code) WHERE status <> 'retired';

CREATE TABLE agency (
    name VARCHAR NOT NULL,
    abbreviation VARCHAR,
    level VARCHAR,
    discipline VARCHAR,
    jurisdiction_owner_id UUID,
    jurisdiction_id UUID,
    parent_agency_owner_id UUID,
    parent_agency_id UUID,
    headquarters public.geometry(POINT,4326),
    service_area public.geometry(MULTIPOLYGON,4326),
    address VARCHAR,
    service_area_source VARCHAR,
    sworn_staff_count INTEGER,
    total_staff_count INTEGER,
    portable_count INTEGER,
    mobile_count INTEGER,
    control_station_count INTEGER,
    ori VARCHAR,
    fdid VARCHAR,
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
    CONSTRAINT pk_agency PRIMARY KEY (id),
    CONSTRAINT ck_agency_headquarters_on_earth CHECK (NOT ST_IsEmpty(headquarters) AND ST_X(headquarters) BETWEEN -180 AND 180 AND ST_Y(headquarters) BETWEEN -90 AND 90),
    CONSTRAINT ck_agency_level_known CHECK (level IN ('federal', 'state', 'county', 'local', 'tribal', 'ngo', 'private')),
    CONSTRAINT ck_agency_discipline_known CHECK (discipline IN ('law', 'fire', 'ems', 'emergency_management', 'dispatch', 'public_health', 'public_works', 'transportation', 'utility', 'military', 'communications', 'other')),
    CONSTRAINT ck_agency_jurisdiction_whole CHECK (num_nonnulls(jurisdiction_owner_id, jurisdiction_id) IN (0, 2)),
    CONSTRAINT ck_agency_parent_agency_whole CHECK (num_nonnulls(parent_agency_owner_id, parent_agency_id) IN (0, 2)),
    CONSTRAINT ck_agency_counts_not_negative CHECK (least(sworn_staff_count, total_staff_count, portable_count, mobile_count, control_station_count) >= 0),
    CONSTRAINT uq_agency_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_agency_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_agency_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_agency_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_agency_version_positive CHECK (version >= 1),
    CONSTRAINT ck_agency_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_agency_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN agency.service_area_source IS 'drawn, or the jurisdiction it equals';
COMMENT ON COLUMN agency.ori IS 'FBI originating agency identifier';
COMMENT ON COLUMN agency.fdid IS 'fire department identifier';
CREATE INDEX ix_agency_import_batch_id ON agency (import_batch_id);
CREATE INDEX ix_agency_jurisdiction_id ON agency (jurisdiction_id);
CREATE INDEX ix_agency_owner_id ON agency (owner_id);
CREATE INDEX ix_agency_parent_agency_id ON agency (parent_agency_id);
CREATE UNIQUE INDEX uq_agency_name ON agency (owner_id, name) WHERE status <> 'retired';

CREATE TABLE site (
    name VARCHAR NOT NULL,
    aliases VARCHAR[],
    position public.geometry(POINT,4326),
    source_datum VARCHAR,
    source_latitude VARCHAR,
    source_longitude VARCHAR,
    position_accuracy_m DOUBLE PRECISION,
    position_source VARCHAR,
    county_fips VARCHAR,
    state_code VARCHAR,
    address VARCHAR,
    asr_number VARCHAR,
    structure_type VARCHAR,
    ground_elevation_amsl_m DOUBLE PRECISION,
    structure_height_agl_m DOUBLE PRECISION,
    overall_height_agl_m DOUBLE PRECISION,
    overall_height_amsl_m DOUBLE PRECISION,
    structure_owner VARCHAR,
    grid_power BOOLEAN,
    generator_kw DOUBLE PRECISION,
    generator_fuel_hours DOUBLE PRECISION,
    battery_hours DOUBLE PRECISION,
    lease_end_on DATE,
    last_inspected_on DATE,
    access_notes VARCHAR,
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
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT ck_site_position_on_earth CHECK (NOT ST_IsEmpty(position) AND ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT ck_site_source_datum_known CHECK (source_datum IN ('WGS84', 'NAD83', 'NAD27', 'unknown')),
    CONSTRAINT ck_site_structure_type_known CHECK (structure_type IN ('guyed_tower', 'self_supporting_tower', 'monopole', 'pole', 'building', 'water_tank', 'silo', 'mast', 'tower', 'other')),
    CONSTRAINT ck_site_ground_elevation_amsl_m_in_range CHECK (ground_elevation_amsl_m BETWEEN -100 AND 6500),
    CONSTRAINT ck_site_structure_height_agl_m_in_range CHECK (structure_height_agl_m BETWEEN 0 AND 1000),
    CONSTRAINT ck_site_overall_height_agl_m_in_range CHECK (overall_height_agl_m BETWEEN 0 AND 1000),
    CONSTRAINT ck_site_overall_height_amsl_m_in_range CHECK (overall_height_amsl_m BETWEEN -100 AND 7500),
    CONSTRAINT ck_site_position_accuracy_m_in_range CHECK (position_accuracy_m BETWEEN 0 AND 100000),
    CONSTRAINT ck_site_generator_kw_in_range CHECK (generator_kw BETWEEN 0 AND 100000),
    CONSTRAINT ck_site_generator_fuel_hours_in_range CHECK (generator_fuel_hours BETWEEN 0 AND 10000),
    CONSTRAINT ck_site_battery_hours_in_range CHECK (battery_hours BETWEEN 0 AND 10000),
    CONSTRAINT uq_site_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_site_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_site_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_site_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_site_version_positive CHECK (version >= 1),
    CONSTRAINT ck_site_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_site_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN site.source_datum IS 'datum the position was given in';
COMMENT ON COLUMN site.source_latitude IS 'latitude as written in the source';
COMMENT ON COLUMN site.source_longitude IS 'longitude as written in the source';
COMMENT ON COLUMN site.asr_number IS 'FCC antenna structure registration';
COMMENT ON COLUMN site.structure_height_agl_m IS 'without appurtenances';
COMMENT ON COLUMN site.overall_height_agl_m IS 'with appurtenances';
CREATE INDEX ix_site_import_batch_id ON site (import_batch_id);
CREATE INDEX ix_site_owner_id ON site (owner_id);
CREATE UNIQUE INDEX uq_site_name ON site (owner_id, name) WHERE status <> 'retired';

CREATE TABLE licence (
    call_sign VARCHAR NOT NULL,
    radio_service_code VARCHAR,
    licensee VARCHAR,
    frn VARCHAR,
    licence_status VARCHAR,
    granted_on DATE,
    expires_on DATE,
    cancelled_on DATE,
    uls_system_id VARCHAR,
    special_conditions VARCHAR,
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
    CONSTRAINT pk_licence PRIMARY KEY (id),
    CONSTRAINT ck_licence_licence_status_known CHECK (licence_status IN ('active', 'expired', 'cancelled', 'terminated', 'pending')),
    CONSTRAINT uq_licence_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_licence_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_licence_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_licence_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_licence_version_positive CHECK (version >= 1),
    CONSTRAINT ck_licence_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_licence_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN licence.radio_service_code IS 'FCC two-letter code, as PW or MW';
COMMENT ON COLUMN licence.frn IS 'FCC registration number';
COMMENT ON COLUMN licence.uls_system_id IS 'unique system identifier in FCC files';
CREATE INDEX ix_licence_import_batch_id ON licence (import_batch_id);
CREATE INDEX ix_licence_owner_id ON licence (owner_id);
CREATE UNIQUE INDEX uq_licence_call_sign ON licence (owner_id, call_sign) WHERE status <> 'retired';
