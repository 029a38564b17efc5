-- Dispatch centers, alert originators, broadband and priority services. Frozen: later changes are later migrations.

CREATE TABLE dispatch_center (
    name VARCHAR NOT NULL,
    fcc_psap_id VARCHAR,
    kind VARCHAR,
    agency_owner_id UUID,
    agency_id UUID,
    county_fips VARCHAR,
    state_code VARCHAR,
    address VARCHAR,
    position public.geometry(POINT,4326),
    service_area public.geometry(MULTIPOLYGON,4326),
    service_area_source VARCHAR,
    console_position_count INTEGER,
    console_vendor VARCHAR,
    patch_capable BOOLEAN,
    cad_vendor VARCHAR,
    eido_capable BOOLEAN,
    ng911_stage VARCHAR,
    esinet_provider VARCHAR,
    backup_center_owner_id UUID,
    backup_center_id UUID,
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
    CONSTRAINT pk_dispatch_center PRIMARY KEY (id),
    CONSTRAINT ck_dispatch_center_fcc_psap_id_a_number CHECK (fcc_psap_id ~ '^[0-9]{1,6}$'),
    CONSTRAINT ck_dispatch_center_county_fips_five_digits CHECK (county_fips ~ '^[0-9]{5}$'),
    CONSTRAINT ck_dispatch_center_kind_known CHECK (kind IN ('primary', 'secondary', 'backup')),
    CONSTRAINT ck_dispatch_center_ng911_stage_known CHECK (ng911_stage IN ('legacy', 'i3_transitional', 'i3')),
    CONSTRAINT ck_dispatch_center_position_on_earth CHECK (NOT ST_IsEmpty(position) AND ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT ck_dispatch_center_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_dispatch_center_backup_center_whole CHECK (num_nonnulls(backup_center_owner_id, backup_center_id) IN (0, 2)),
    CONSTRAINT ck_dispatch_center_backed_up_by_another CHECK (backup_center_id <> id),
    CONSTRAINT ck_dispatch_center_console_position_count_in_range CHECK (console_position_count BETWEEN 0 AND 10000),
    CONSTRAINT uq_dispatch_center_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_dispatch_center_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_dispatch_center_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_dispatch_center_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_dispatch_center_version_positive CHECK (version >= 1),
    CONSTRAINT ck_dispatch_center_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_dispatch_center_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN dispatch_center.fcc_psap_id IS 'number in the FCC''s PSAP registry';
COMMENT ON COLUMN dispatch_center.service_area_source IS 'drawn, or the jurisdiction it equals';
COMMENT ON COLUMN dispatch_center.patch_capable IS 'its consoles can join nets';
COMMENT ON COLUMN dispatch_center.eido_capable IS 'exchanges incidents as EIDO (NENA-STA-024)';
CREATE INDEX ix_dispatch_center_agency_id ON dispatch_center (agency_id);
CREATE INDEX ix_dispatch_center_backup_center_id ON dispatch_center (backup_center_id);
CREATE INDEX ix_dispatch_center_import_batch_id ON dispatch_center (import_batch_id);
CREATE INDEX ix_dispatch_center_owner_id ON dispatch_center (owner_id);
CREATE UNIQUE INDEX uq_dispatch_center_name ON dispatch_center (owner_id, name) WHERE status <> 'retired';

CREATE TABLE dispatch_center_peer (
    dispatch_center_id UUID NOT NULL,
    peer_center_owner_id UUID NOT NULL,
    peer_center_id UUID NOT NULL,
    exchange VARCHAR,
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
    CONSTRAINT pk_dispatch_center_peer PRIMARY KEY (id),
    CONSTRAINT fk_dispatch_center_peer_owner_id_dispatch_center_id FOREIGN KEY(owner_id, dispatch_center_id) REFERENCES dispatch_center (owner_id, id),
    CONSTRAINT ck_dispatch_center_peer_exchange_known CHECK (exchange IN ('cad_to_cad', 'eido')),
    CONSTRAINT ck_dispatch_center_peer_joins_two CHECK (dispatch_center_id <> peer_center_id),
    CONSTRAINT uq_dispatch_center_peer_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_dispatch_center_peer_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_dispatch_center_peer_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_dispatch_center_peer_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_dispatch_center_peer_version_positive CHECK (version >= 1),
    CONSTRAINT ck_dispatch_center_peer_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_dispatch_center_peer_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_dispatch_center_peer_import_batch_id ON dispatch_center_peer (import_batch_id);
CREATE INDEX ix_dispatch_center_peer_owner_id ON dispatch_center_peer (owner_id);
CREATE INDEX ix_dispatch_center_peer_peer_center_id ON dispatch_center_peer (peer_center_id);
CREATE UNIQUE INDEX uq_dispatch_center_peer_dispatch_center_id_peer_center_id ON dispatch_center_peer (owner_id, dispatch_center_id, peer_center_id) WHERE status <> 'retired';

CREATE TABLE dispatch_center_agency (
    dispatch_center_id UUID NOT NULL,
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
    CONSTRAINT pk_dispatch_center_agency PRIMARY KEY (id),
    CONSTRAINT fk_dispatch_center_agency_owner_id_dispatch_center_id FOREIGN KEY(owner_id, dispatch_center_id) REFERENCES dispatch_center (owner_id, id),
    CONSTRAINT uq_dispatch_center_agency_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_dispatch_center_agency_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_dispatch_center_agency_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_dispatch_center_agency_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_dispatch_center_agency_version_positive CHECK (version >= 1),
    CONSTRAINT ck_dispatch_center_agency_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_dispatch_center_agency_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_dispatch_center_agency_agency_id ON dispatch_center_agency (agency_id);
CREATE INDEX ix_dispatch_center_agency_import_batch_id ON dispatch_center_agency (import_batch_id);
CREATE INDEX ix_dispatch_center_agency_owner_id ON dispatch_center_agency (owner_id);
CREATE UNIQUE INDEX uq_dispatch_center_agency_dispatch_center_id_agency_id ON dispatch_center_agency (owner_id, dispatch_center_id, agency_id) WHERE status <> 'retired';

CREATE TABLE alert_originator (
    name VARCHAR NOT NULL,
    agency_owner_id UUID,
    agency_id UUID,
    jurisdiction_owner_id UUID,
    jurisdiction_id UUID,
    cog_number VARCHAR,
    alert_channels VARCHAR[],
    software VARCHAR,
    trained_originator_count INTEGER,
    last_tested_on DATE,
    authority_expires_on DATE,
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
    CONSTRAINT pk_alert_originator PRIMARY KEY (id),
    CONSTRAINT ck_alert_originator_alert_channels_known CHECK (alert_channels <@ ARRAY['wea', 'eas', 'nwem', 'siren', 'opt_in']::varchar[]),
    CONSTRAINT ck_alert_originator_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_alert_originator_jurisdiction_whole CHECK (num_nonnulls(jurisdiction_owner_id, jurisdiction_id) IN (0, 2)),
    CONSTRAINT ck_alert_originator_cog_number_a_number CHECK (cog_number ~ '^[0-9]{1,6}$'),
    CONSTRAINT ck_alert_originator_trained_originator_count_in_range CHECK (trained_originator_count BETWEEN 0 AND 100000),
    CONSTRAINT uq_alert_originator_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_alert_originator_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_alert_originator_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_alert_originator_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_alert_originator_version_positive CHECK (version >= 1),
    CONSTRAINT ck_alert_originator_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_alert_originator_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN alert_originator.cog_number IS 'IPAWS collaborative operating group (COG) ID';
COMMENT ON COLUMN alert_originator.authority_expires_on IS 'memorandum with FEMA on the use of IPAWS';
CREATE INDEX ix_alert_originator_agency_id ON alert_originator (agency_id);
CREATE INDEX ix_alert_originator_import_batch_id ON alert_originator (import_batch_id);
CREATE INDEX ix_alert_originator_jurisdiction_id ON alert_originator (jurisdiction_id);
CREATE INDEX ix_alert_originator_owner_id ON alert_originator (owner_id);
CREATE UNIQUE INDEX uq_alert_originator_name ON alert_originator (owner_id, name) WHERE status <> 'retired';

CREATE TABLE broadband_service (
    name VARCHAR NOT NULL,
    agency_owner_id UUID,
    agency_id UUID,
    carrier VARCHAR,
    kind VARCHAR,
    device_count INTEGER,
    mcptt_app VARCHAR,
    wps_subscription_count INTEGER,
    gets_card_count INTEGER,
    tsp_circuit_count INTEGER,
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
    CONSTRAINT pk_broadband_service PRIMARY KEY (id),
    CONSTRAINT ck_broadband_service_kind_known CHECK (kind IN ('firstnet', 'other_priority', 'commercial', 'private_lte')),
    CONSTRAINT ck_broadband_service_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_broadband_service_device_count_in_range CHECK (device_count BETWEEN 0 AND 1000000),
    CONSTRAINT ck_broadband_service_wps_subscription_count_in_range CHECK (wps_subscription_count BETWEEN 0 AND 1000000),
    CONSTRAINT ck_broadband_service_gets_card_count_in_range CHECK (gets_card_count BETWEEN 0 AND 1000000),
    CONSTRAINT ck_broadband_service_tsp_circuit_count_in_range CHECK (tsp_circuit_count BETWEEN 0 AND 100000),
    CONSTRAINT uq_broadband_service_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_broadband_service_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_broadband_service_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_broadband_service_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_broadband_service_version_positive CHECK (version >= 1),
    CONSTRAINT ck_broadband_service_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_broadband_service_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN broadband_service.mcptt_app IS 'mission-critical push-to-talk application';
COMMENT ON COLUMN broadband_service.wps_subscription_count IS 'Wireless Priority Service';
COMMENT ON COLUMN broadband_service.gets_card_count IS 'Government Emergency Telecommunications Service';
COMMENT ON COLUMN broadband_service.tsp_circuit_count IS 'Telecommunications Service Priority';
CREATE INDEX ix_broadband_service_agency_id ON broadband_service (agency_id);
CREATE INDEX ix_broadband_service_import_batch_id ON broadband_service (import_batch_id);
CREATE INDEX ix_broadband_service_owner_id ON broadband_service (owner_id);
CREATE UNIQUE INDEX uq_broadband_service_name ON broadband_service (owner_id, name) WHERE status <> 'retired';

CREATE TABLE broadband_service_sensitive (
    broadband_service_id UUID NOT NULL,
    tsp_codes VARCHAR[],
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
    CONSTRAINT pk_broadband_service_sensitive PRIMARY KEY (id),
    CONSTRAINT fk_broadband_service_sensitive_owner_id_broadband_service_id FOREIGN KEY(owner_id, broadband_service_id) REFERENCES broadband_service (owner_id, id),
    CONSTRAINT ck_broadband_service_sensitive_tsp_codes_well_formed CHECK (array_to_string(tsp_codes, ',') ~ '^(TSP[0-9A-Z]{6}-[0-9E][0-9](,TSP[0-9A-Z]{6}-[0-9E][0-9])*)?$'),
    CONSTRAINT uq_broadband_service_sensitive_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_broadband_service_sensitive_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_broadband_service_sensitive_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_broadband_service_sensitive_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_broadband_service_sensitive_version_positive CHECK (version >= 1),
    CONSTRAINT ck_broadband_service_sensitive_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_broadband_service_sensitive_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_broadband_service_sensitive_import_batch_id ON broadband_service_sensitive (import_batch_id);
CREATE INDEX ix_broadband_service_sensitive_owner_id ON broadband_service_sensitive (owner_id);
CREATE UNIQUE INDEX uq_broadband_service_sensitive_broadband_service_id ON broadband_service_sensitive (owner_id, broadband_service_id) WHERE status <> 'retired';
