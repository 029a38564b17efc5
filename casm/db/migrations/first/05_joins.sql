-- Gateways and backhaul. Frozen: later changes are later migrations.

CREATE TABLE gateway (
    name VARCHAR NOT NULL,
    kind VARCHAR,
    make VARCHAR,
    model VARCHAR,
    agency_owner_id UUID,
    agency_id UUID,
    site_owner_id UUID,
    site_id UUID,
    position public.geometry(POINT,4326),
    simultaneous_patches INTEGER,
    patches_in_use INTEGER,
    activation_minutes INTEGER,
    staffing VARCHAR,
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
    CONSTRAINT pk_gateway PRIMARY KEY (id),
    CONSTRAINT ck_gateway_position_on_earth CHECK (NOT ST_IsEmpty(position) AND ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT ck_gateway_kind_known CHECK (kind IN ('fixed', 'mobile', 'console_patch', 'issi', 'roip')),
    CONSTRAINT ck_gateway_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_gateway_site_whole CHECK (num_nonnulls(site_owner_id, site_id) IN (0, 2)),
    CONSTRAINT ck_gateway_simultaneous_patches_in_range CHECK (simultaneous_patches BETWEEN 0 AND 10000),
    CONSTRAINT ck_gateway_patches_in_use_in_range CHECK (patches_in_use BETWEEN 0 AND 10000),
    CONSTRAINT ck_gateway_activation_minutes_in_range CHECK (activation_minutes BETWEEN 0 AND 100000),
    CONSTRAINT uq_gateway_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_gateway_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_gateway_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_gateway_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_gateway_version_positive CHECK (version >= 1),
    CONSTRAINT ck_gateway_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_gateway_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN gateway.simultaneous_patches IS 'nets it can keep joined at one time';
COMMENT ON COLUMN gateway.patches_in_use IS 'of these, taken by standing patches';
CREATE INDEX ix_gateway_agency_id ON gateway (agency_id);
CREATE INDEX ix_gateway_import_batch_id ON gateway (import_batch_id);
CREATE INDEX ix_gateway_owner_id ON gateway (owner_id);
CREATE INDEX ix_gateway_site_id ON gateway (site_id);
CREATE UNIQUE INDEX uq_gateway_name ON gateway (owner_id, name) WHERE status <> 'retired';

CREATE TABLE gateway_port (
    gateway_id UUID NOT NULL,
    port_number INTEGER NOT NULL,
    connection VARCHAR,
    channel_owner_id UUID,
    channel_id UUID,
    talkgroup_owner_id UUID,
    talkgroup_id UUID,
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
    CONSTRAINT pk_gateway_port PRIMARY KEY (id),
    CONSTRAINT fk_gateway_port_owner_id_gateway_id FOREIGN KEY(owner_id, gateway_id) REFERENCES gateway (owner_id, id),
    CONSTRAINT ck_gateway_port_connection_known CHECK (connection IN ('wired', 'radio')),
    CONSTRAINT ck_gateway_port_channel_whole CHECK (num_nonnulls(channel_owner_id, channel_id) IN (0, 2)),
    CONSTRAINT ck_gateway_port_talkgroup_whole CHECK (num_nonnulls(talkgroup_owner_id, talkgroup_id) IN (0, 2)),
    CONSTRAINT ck_gateway_port_one_resource CHECK (num_nonnulls(channel_id, talkgroup_id) <= 1),
    CONSTRAINT ck_gateway_port_port_number_in_range CHECK (port_number BETWEEN 1 AND 1000),
    CONSTRAINT uq_gateway_port_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_gateway_port_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_gateway_port_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_gateway_port_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_gateway_port_version_positive CHECK (version >= 1),
    CONSTRAINT ck_gateway_port_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_gateway_port_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_gateway_port_channel_id ON gateway_port (channel_id);
CREATE INDEX ix_gateway_port_import_batch_id ON gateway_port (import_batch_id);
CREATE INDEX ix_gateway_port_owner_id ON gateway_port (owner_id);
CREATE INDEX ix_gateway_port_talkgroup_id ON gateway_port (talkgroup_id);
CREATE UNIQUE INDEX uq_gateway_port_gateway_id_port_number ON gateway_port (owner_id, gateway_id, port_number) WHERE status <> 'retired';

CREATE TABLE backhaul_link (
    name VARCHAR NOT NULL,
    kind VARCHAR,
    site_a_owner_id UUID NOT NULL,
    site_a_id UUID NOT NULL,
    site_b_owner_id UUID NOT NULL,
    site_b_id UUID NOT NULL,
    designation VARCHAR DEFAULT '' NOT NULL,
    call_sign_a VARCHAR,
    call_sign_b VARCHAR,
    a_to_b_freq_hz BIGINT,
    b_to_a_freq_hz BIGINT,
    polarization VARCHAR,
    capacity_mbps DOUBLE PRECISION,
    modulation VARCHAR,
    availability_target_percent DOUBLE PRECISION,
    protection VARCHAR,
    provider VARCHAR,
    circuit_id VARCHAR,
    path_length_m DOUBLE PRECISION,
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
    CONSTRAINT pk_backhaul_link PRIMARY KEY (id),
    CONSTRAINT ck_backhaul_link_kind_known CHECK (kind IN ('microwave', 'fibre', 'copper', 'leased_circuit', 'satellite', 'lte', 'other')),
    CONSTRAINT ck_backhaul_link_polarization_known CHECK (polarization IN ('vertical', 'horizontal', 'dual', 'circular', 'other')),
    CONSTRAINT ck_backhaul_link_a_to_b_freq_hz_in_range CHECK (a_to_b_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_backhaul_link_b_to_a_freq_hz_in_range CHECK (b_to_a_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_backhaul_link_capacity_mbps_in_range CHECK (capacity_mbps BETWEEN 0 AND 10000000),
    CONSTRAINT ck_backhaul_link_availability_target_percent_in_range CHECK (availability_target_percent BETWEEN 0 AND 100),
    CONSTRAINT ck_backhaul_link_joins_two CHECK (site_a_id <> site_b_id),
    CONSTRAINT uq_backhaul_link_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_backhaul_link_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_backhaul_link_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_backhaul_link_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_backhaul_link_version_positive CHECK (version >= 1),
    CONSTRAINT ck_backhaul_link_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_backhaul_link_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN backhaul_link.designation IS 'tells parallel links apart';
COMMENT ON COLUMN backhaul_link.protection IS 'none, 1+1, hot standby, diversity, ring';
COMMENT ON COLUMN backhaul_link.path_length_m IS 'geodesic, GRS80, computed from the sites';
CREATE INDEX ix_backhaul_link_import_batch_id ON backhaul_link (import_batch_id);
CREATE INDEX ix_backhaul_link_owner_id ON backhaul_link (owner_id);
CREATE INDEX ix_backhaul_link_site_a_id ON backhaul_link (site_a_id);
CREATE INDEX ix_backhaul_link_site_b_id ON backhaul_link (site_b_id);
CREATE UNIQUE INDEX uq_backhaul_link_pair_pair_designation ON backhaul_link (owner_id, least(site_a_id, site_b_id), greatest(site_a_id, site_b_id), designation) WHERE status <> 'retired';

CREATE TABLE microwave_path (
    backhaul_link_id UUID,
    call_sign VARCHAR NOT NULL,
    path_number INTEGER NOT NULL,
    segment_number INTEGER DEFAULT '1' NOT NULL,
    tx_station_id UUID,
    tx_site_owner_id UUID,
    tx_site_id UUID,
    rx_site_owner_id UUID,
    rx_site_id UUID,
    receiver_call_sign VARCHAR,
    passive_repeater BOOLEAN,
    filed_segment_length_m DOUBLE PRECISION,
    filed_azimuth_deg DOUBLE PRECISION,
    path_length_m DOUBLE PRECISION,
    azimuth_deg DOUBLE PRECISION,
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
    CONSTRAINT pk_microwave_path PRIMARY KEY (id),
    CONSTRAINT fk_microwave_path_owner_id_backhaul_link_id FOREIGN KEY(owner_id, backhaul_link_id) REFERENCES backhaul_link (owner_id, id),
    CONSTRAINT fk_microwave_path_owner_id_tx_station_id FOREIGN KEY(owner_id, tx_station_id) REFERENCES station (owner_id, id),
    CONSTRAINT ck_microwave_path_filed_azimuth_deg_in_range CHECK (filed_azimuth_deg >= 0 AND filed_azimuth_deg < 360),
    CONSTRAINT ck_microwave_path_azimuth_deg_in_range CHECK (azimuth_deg >= 0 AND azimuth_deg < 360),
    CONSTRAINT ck_microwave_path_path_length_m_in_range CHECK (path_length_m BETWEEN 0 AND 1000000),
    CONSTRAINT uq_microwave_path_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_microwave_path_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_microwave_path_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_microwave_path_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_microwave_path_version_positive CHECK (version >= 1),
    CONSTRAINT ck_microwave_path_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_microwave_path_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN microwave_path.backhaul_link_id IS 'NULL where transmitter and receiver end are the same place';
COMMENT ON COLUMN microwave_path.filed_azimuth_deg IS 'as filed; NULL where the filing holds a sentinel';
COMMENT ON COLUMN microwave_path.path_length_m IS 'geodesic, GRS80';
COMMENT ON COLUMN microwave_path.azimuth_deg IS 'geodesic, from true north at the transmitter';
CREATE INDEX ix_microwave_path_backhaul_link_id ON microwave_path (backhaul_link_id);
CREATE INDEX ix_microwave_path_import_batch_id ON microwave_path (import_batch_id);
CREATE INDEX ix_microwave_path_owner_id ON microwave_path (owner_id);
CREATE INDEX ix_microwave_path_rx_site_id ON microwave_path (rx_site_id);
CREATE INDEX ix_microwave_path_tx_site_id ON microwave_path (tx_site_id);
CREATE INDEX ix_microwave_path_tx_station_id ON microwave_path (tx_station_id);
CREATE UNIQUE INDEX uq_microwave_path_call_sign_path_number_segment_number ON microwave_path (owner_id, call_sign, path_number, segment_number) WHERE status <> 'retired';

CREATE TABLE link_carries_system (
    backhaul_link_id UUID NOT NULL,
    radio_system_owner_id UUID NOT NULL,
    radio_system_id UUID NOT NULL,
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
    CONSTRAINT pk_link_carries_system PRIMARY KEY (id),
    CONSTRAINT fk_link_carries_system_owner_id_backhaul_link_id FOREIGN KEY(owner_id, backhaul_link_id) REFERENCES backhaul_link (owner_id, id),
    CONSTRAINT uq_link_carries_system_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_link_carries_system_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_link_carries_system_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_link_carries_system_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_link_carries_system_version_positive CHECK (version >= 1),
    CONSTRAINT ck_link_carries_system_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_link_carries_system_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_link_carries_system_import_batch_id ON link_carries_system (import_batch_id);
CREATE INDEX ix_link_carries_system_owner_id ON link_carries_system (owner_id);
CREATE INDEX ix_link_carries_system_radio_system_id ON link_carries_system (radio_system_id);
CREATE UNIQUE INDEX uq_link_carries_system_backhaul_link_id_radio_system_id ON link_carries_system (owner_id, backhaul_link_id, radio_system_id) WHERE status <> 'retired';
