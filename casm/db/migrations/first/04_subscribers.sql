-- Caches, fleets and how they are programmed. Frozen: later changes are later migrations.

CREATE TABLE radio_cache (
    name VARCHAR NOT NULL,
    agency_owner_id UUID,
    agency_id UUID,
    position public.geometry(POINT,4326),
    address VARCHAR,
    available_radio_count INTEGER,
    spare_battery_count INTEGER,
    charger_count INTEGER,
    deploy_minutes INTEGER,
    release_authority VARCHAR,
    transport VARCHAR,
    condition VARCHAR,
    last_tested_on DATE,
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
    CONSTRAINT pk_radio_cache PRIMARY KEY (id),
    CONSTRAINT ck_radio_cache_position_on_earth CHECK (NOT ST_IsEmpty(position) AND ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT ck_radio_cache_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_radio_cache_available_radio_count_in_range CHECK (available_radio_count BETWEEN 0 AND 100000),
    CONSTRAINT ck_radio_cache_spare_battery_count_in_range CHECK (spare_battery_count BETWEEN 0 AND 1000000),
    CONSTRAINT ck_radio_cache_charger_count_in_range CHECK (charger_count BETWEEN 0 AND 100000),
    CONSTRAINT ck_radio_cache_deploy_minutes_in_range CHECK (deploy_minutes BETWEEN 0 AND 100000),
    CONSTRAINT uq_radio_cache_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_radio_cache_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_radio_cache_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_radio_cache_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_radio_cache_version_positive CHECK (version >= 1),
    CONSTRAINT ck_radio_cache_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_radio_cache_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN radio_cache.deploy_minutes IS 'from request to radios in hands';
CREATE INDEX ix_radio_cache_agency_id ON radio_cache (agency_id);
CREATE INDEX ix_radio_cache_import_batch_id ON radio_cache (import_batch_id);
CREATE INDEX ix_radio_cache_owner_id ON radio_cache (owner_id);
CREATE UNIQUE INDEX uq_radio_cache_name ON radio_cache (owner_id, name) WHERE status <> 'retired';

CREATE TABLE fleet (
    name VARCHAR NOT NULL,
    agency_id UUID,
    radio_cache_id UUID,
    form_factor VARCHAR,
    radio_make VARCHAR,
    radio_model VARCHAR,
    radio_count INTEGER,
    bands VARCHAR[],
    modes VARCHAR[],
    tdma_capable BOOLEAN,
    channel_capacity INTEGER,
    tx_output_w DOUBLE PRECISION,
    antenna_gain_dbi DOUBLE PRECISION,
    antenna_height_agl_m DOUBLE PRECISION,
    receiver_sensitivity_dbm DOUBLE PRECISION,
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
    CONSTRAINT pk_fleet PRIMARY KEY (id),
    CONSTRAINT fk_fleet_owner_id_agency_id FOREIGN KEY(owner_id, agency_id) REFERENCES agency (owner_id, id),
    CONSTRAINT fk_fleet_owner_id_radio_cache_id FOREIGN KEY(owner_id, radio_cache_id) REFERENCES radio_cache (owner_id, id),
    CONSTRAINT ck_fleet_of_agency_or_cache CHECK (num_nonnulls(agency_id, radio_cache_id) = 1),
    CONSTRAINT ck_fleet_form_factor_known CHECK (form_factor IN ('portable', 'mobile', 'control_station', 'aircraft')),
    CONSTRAINT ck_fleet_bands_known CHECK (bands <@ ARRAY['LOW', 'VHF', '220', 'UHF', 'T-BAND', '700', '800', '900', 'LTE', 'MICROWAVE']::varchar[]),
    CONSTRAINT ck_fleet_modes_known CHECK (modes <@ ARRAY['analog_fm', 'p25_phase1', 'p25_phase2', 'dmr', 'nxdn', 'edacs', 'smartnet', 'ltr', 'opensky', 'tetra', 'lte']::varchar[]),
    CONSTRAINT ck_fleet_radio_count_in_range CHECK (radio_count BETWEEN 0 AND 1000000),
    CONSTRAINT ck_fleet_channel_capacity_in_range CHECK (channel_capacity BETWEEN 1 AND 100000),
    CONSTRAINT ck_fleet_tx_output_w_in_range CHECK (tx_output_w BETWEEN 0 AND 200),
    CONSTRAINT ck_fleet_antenna_gain_dbi_in_range CHECK (antenna_gain_dbi BETWEEN -30 AND 20),
    CONSTRAINT ck_fleet_antenna_height_agl_m_in_range CHECK (antenna_height_agl_m BETWEEN 0 AND 20000),
    CONSTRAINT ck_fleet_receiver_sensitivity_dbm_in_range CHECK (receiver_sensitivity_dbm BETWEEN -140 AND 0),
    CONSTRAINT uq_fleet_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_fleet_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_fleet_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_fleet_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_fleet_version_positive CHECK (version >= 1),
    CONSTRAINT ck_fleet_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_fleet_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_fleet_agency_id ON fleet (agency_id);
CREATE INDEX ix_fleet_import_batch_id ON fleet (import_batch_id);
CREATE INDEX ix_fleet_owner_id ON fleet (owner_id);
CREATE INDEX ix_fleet_radio_cache_id ON fleet (radio_cache_id);
CREATE UNIQUE INDEX uq_fleet_name ON fleet (owner_id, name) WHERE status <> 'retired';

CREATE TABLE template (
    fleet_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    load_version VARCHAR,
    programmed_radio_count INTEGER,
    programmed_on DATE,
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
    CONSTRAINT pk_template PRIMARY KEY (id),
    CONSTRAINT fk_template_owner_id_fleet_id FOREIGN KEY(owner_id, fleet_id) REFERENCES fleet (owner_id, id),
    CONSTRAINT ck_template_programmed_radio_count_in_range CHECK (programmed_radio_count BETWEEN 0 AND 1000000),
    CONSTRAINT uq_template_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_template_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_template_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_template_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_template_version_positive CHECK (version >= 1),
    CONSTRAINT ck_template_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_template_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_template_import_batch_id ON template (import_batch_id);
CREATE INDEX ix_template_owner_id ON template (owner_id);
CREATE UNIQUE INDEX uq_template_fleet_id_name ON template (owner_id, fleet_id, name) WHERE status <> 'retired';

CREATE TABLE template_slot (
    template_id UUID NOT NULL,
    zone VARCHAR DEFAULT '1' NOT NULL,
    position INTEGER NOT NULL,
    label VARCHAR,
    channel_owner_id UUID,
    channel_id UUID,
    talkgroup_owner_id UUID,
    talkgroup_id UUID,
    receive_only BOOLEAN DEFAULT 'false' NOT NULL,
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
    CONSTRAINT pk_template_slot PRIMARY KEY (id),
    CONSTRAINT fk_template_slot_owner_id_template_id FOREIGN KEY(owner_id, template_id) REFERENCES template (owner_id, id),
    CONSTRAINT ck_template_slot_channel_whole CHECK (num_nonnulls(channel_owner_id, channel_id) IN (0, 2)),
    CONSTRAINT ck_template_slot_talkgroup_whole CHECK (num_nonnulls(talkgroup_owner_id, talkgroup_id) IN (0, 2)),
    CONSTRAINT ck_template_slot_channel_or_talkgroup CHECK (num_nonnulls(channel_id, talkgroup_id) = 1),
    CONSTRAINT ck_template_slot_position_in_range CHECK (position BETWEEN 1 AND 10000),
    CONSTRAINT uq_template_slot_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_template_slot_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_template_slot_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_template_slot_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_template_slot_version_positive CHECK (version >= 1),
    CONSTRAINT ck_template_slot_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_template_slot_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN template_slot.label IS 'what the radio''s display shows';
CREATE INDEX ix_template_slot_channel_id ON template_slot (channel_id);
CREATE INDEX ix_template_slot_import_batch_id ON template_slot (import_batch_id);
CREATE INDEX ix_template_slot_owner_id ON template_slot (owner_id);
CREATE INDEX ix_template_slot_talkgroup_id ON template_slot (talkgroup_id);
CREATE UNIQUE INDEX uq_template_slot_template_id_zone_position ON template_slot (owner_id, template_id, zone, position) WHERE status <> 'retired';
