-- Radio systems, channels, talkgroups and stations. Frozen: later changes are later migrations.

CREATE TABLE radio_system (
    name VARCHAR NOT NULL,
    kind VARCHAR,
    technology VARCHAR,
    bands VARCHAR[],
    vendor VARCHAR,
    wacn INTEGER,
    system_id INTEGER,
    subscriber_count INTEGER,
    in_service_on DATE,
    end_of_life_on DATE,
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
    CONSTRAINT pk_radio_system PRIMARY KEY (id),
    CONSTRAINT ck_radio_system_kind_known CHECK (kind IN ('conventional', 'trunked', 'simulcast', 'voted', 'multicast')),
    CONSTRAINT ck_radio_system_technology_known CHECK (technology IN ('analog', 'p25_conventional', 'p25_phase1', 'p25_phase2', 'edacs', 'smartnet', 'smartzone', 'ltr', 'opensky', 'dmr', 'nxdn', 'tetra', 'lte')),
    CONSTRAINT ck_radio_system_bands_known CHECK (bands <@ ARRAY['LOW', 'VHF', '220', 'UHF', 'T-BAND', '700', '800', '900', 'LTE', 'MICROWAVE']::varchar[]),
    CONSTRAINT ck_radio_system_wacn_in_range CHECK (wacn BETWEEN 0 AND 1048575),
    CONSTRAINT ck_radio_system_system_id_in_range CHECK (system_id BETWEEN 0 AND 4095),
    CONSTRAINT ck_radio_system_subscriber_count_in_range CHECK (subscriber_count BETWEEN 0 AND 10000000),
    CONSTRAINT uq_radio_system_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_radio_system_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_radio_system_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_radio_system_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_radio_system_version_positive CHECK (version >= 1),
    CONSTRAINT ck_radio_system_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_radio_system_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN radio_system.wacn IS 'P25 wide area communications network, 20 bits';
COMMENT ON COLUMN radio_system.system_id IS 'P25 SysID, 12 bits';
CREATE INDEX ix_radio_system_import_batch_id ON radio_system (import_batch_id);
CREATE INDEX ix_radio_system_owner_id ON radio_system (owner_id);
CREATE UNIQUE INDEX uq_radio_system_name ON radio_system (owner_id, name) WHERE status <> 'retired';

CREATE TABLE system_peer (
    radio_system_id UUID NOT NULL,
    peer_system_owner_id UUID NOT NULL,
    peer_system_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    in_force BOOLEAN,
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
    CONSTRAINT pk_system_peer PRIMARY KEY (id),
    CONSTRAINT fk_system_peer_owner_id_radio_system_id FOREIGN KEY(owner_id, radio_system_id) REFERENCES radio_system (owner_id, id),
    CONSTRAINT ck_system_peer_kind_known CHECK (kind IN ('issi', 'cssi')),
    CONSTRAINT ck_system_peer_joins_two CHECK (radio_system_id <> peer_system_id),
    CONSTRAINT uq_system_peer_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_system_peer_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_system_peer_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_system_peer_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_system_peer_version_positive CHECK (version >= 1),
    CONSTRAINT ck_system_peer_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_system_peer_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN system_peer.in_force IS 'NULL: not known whether the join is up';
CREATE INDEX ix_system_peer_import_batch_id ON system_peer (import_batch_id);
CREATE INDEX ix_system_peer_owner_id ON system_peer (owner_id);
CREATE INDEX ix_system_peer_peer_system_id ON system_peer (peer_system_id);
CREATE UNIQUE INDEX uq_system_peer_radio_system_id_peer_system_id_kind ON system_peer (owner_id, radio_system_id, peer_system_id, kind) WHERE status <> 'retired';

CREATE TABLE channel (
    name VARCHAR NOT NULL,
    alias VARCHAR,
    configuration VARCHAR,
    function VARCHAR,
    rx_freq_hz BIGINT,
    tx_freq_hz BIGINT,
    rx_squelch_kind VARCHAR,
    rx_ctcss_hz NUMERIC(4, 1),
    rx_dcs_code VARCHAR,
    rx_nac INTEGER,
    tx_squelch_kind VARCHAR,
    tx_ctcss_hz NUMERIC(4, 1),
    tx_dcs_code VARCHAR,
    tx_nac INTEGER,
    mode VARCHAR,
    emission_designator VARCHAR,
    bandwidth_hz INTEGER,
    call_sign VARCHAR,
    radio_system_owner_id UUID,
    radio_system_id UUID,
    national BOOLEAN DEFAULT 'false' NOT NULL,
    eligible_users VARCHAR,
    eligible_disciplines VARCHAR[],
    library_edition VARCHAR,
    restricted_to public.geometry(MULTIPOLYGON,4326),
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
    CONSTRAINT pk_channel PRIMARY KEY (id),
    CONSTRAINT ck_channel_configuration_known CHECK (configuration IN ('simplex', 'duplex', 'repeater', 'receive_only')),
    CONSTRAINT ck_channel_function_known CHECK (function IN ('calling', 'command', 'tactical', 'dispatch', 'mutual_aid', 'air_ground', 'data', 'other')),
    CONSTRAINT ck_channel_mode_known CHECK (mode IN ('analog_fm', 'p25_phase1', 'mixed_fm_p25', 'dmr', 'nxdn', 'p25_phase2', 'edacs', 'smartnet', 'ltr', 'opensky', 'tetra', 'lte')),
    CONSTRAINT ck_channel_rx_squelch_kind_known CHECK (rx_squelch_kind IN ('csq', 'ctcss', 'dcs', 'nac')),
    CONSTRAINT ck_channel_tx_squelch_kind_known CHECK (tx_squelch_kind IN ('csq', 'ctcss', 'dcs', 'nac')),
    CONSTRAINT ck_channel_rx_squelch_typed CHECK (CASE rx_squelch_kind WHEN 'ctcss' THEN rx_ctcss_hz IS NOT NULL AND num_nonnulls(rx_dcs_code, rx_nac) = 0 WHEN 'dcs' THEN rx_dcs_code IS NOT NULL AND num_nonnulls(rx_ctcss_hz, rx_nac) = 0 WHEN 'nac' THEN rx_nac IS NOT NULL AND num_nonnulls(rx_ctcss_hz, rx_dcs_code) = 0 ELSE num_nonnulls(rx_ctcss_hz, rx_dcs_code, rx_nac) = 0 END),
    CONSTRAINT ck_channel_tx_squelch_typed CHECK (CASE tx_squelch_kind WHEN 'ctcss' THEN tx_ctcss_hz IS NOT NULL AND num_nonnulls(tx_dcs_code, tx_nac) = 0 WHEN 'dcs' THEN tx_dcs_code IS NOT NULL AND num_nonnulls(tx_ctcss_hz, tx_nac) = 0 WHEN 'nac' THEN tx_nac IS NOT NULL AND num_nonnulls(tx_ctcss_hz, tx_dcs_code) = 0 ELSE num_nonnulls(tx_ctcss_hz, tx_dcs_code, tx_nac) = 0 END),
    CONSTRAINT ck_channel_rx_freq_hz_in_range CHECK (rx_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_channel_tx_freq_hz_in_range CHECK (tx_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_channel_rx_ctcss_hz_in_range CHECK (rx_ctcss_hz BETWEEN 60 AND 260),
    CONSTRAINT ck_channel_tx_ctcss_hz_in_range CHECK (tx_ctcss_hz BETWEEN 60 AND 260),
    CONSTRAINT ck_channel_rx_nac_in_range CHECK (rx_nac BETWEEN 0 AND 4095),
    CONSTRAINT ck_channel_tx_nac_in_range CHECK (tx_nac BETWEEN 0 AND 4095),
    CONSTRAINT ck_channel_dcs_octal CHECK (rx_dcs_code ~ '^[0-7]{3}[NI]?$' AND tx_dcs_code ~ '^[0-7]{3}[NI]?$'),
    CONSTRAINT ck_channel_emission_well_formed CHECK (emission_designator ~ '^[0-9]{1,3}[HKMG][0-9]{0,3}[A-Z0-9]{3,5}$'),
    CONSTRAINT ck_channel_bandwidth_positive CHECK (bandwidth_hz > 0),
    CONSTRAINT ck_channel_simplex_one_frequency CHECK (configuration <> 'simplex' OR rx_freq_hz = tx_freq_hz),
    CONSTRAINT ck_channel_receive_only_silent CHECK (configuration <> 'receive_only' OR tx_freq_hz IS NULL),
    CONSTRAINT ck_channel_radio_system_whole CHECK (num_nonnulls(radio_system_owner_id, radio_system_id) IN (0, 2)),
    CONSTRAINT uq_channel_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_channel_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_channel_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_channel_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_channel_version_positive CHECK (version >= 1),
    CONSTRAINT ck_channel_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_channel_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN channel.national IS 'a nationwide interoperability channel';
COMMENT ON COLUMN channel.library_edition IS 'for a national channel: NIFOG edition';
CREATE INDEX ix_channel_import_batch_id ON channel (import_batch_id);
CREATE INDEX ix_channel_owner_id ON channel (owner_id);
CREATE INDEX ix_channel_radio_system_id ON channel (radio_system_id);
CREATE UNIQUE INDEX uq_channel_name ON channel (owner_id, name) WHERE status <> 'retired';

CREATE TABLE talkgroup (
    radio_system_id UUID NOT NULL,
    talkgroup_number INTEGER NOT NULL,
    alias VARCHAR NOT NULL,
    access VARCHAR,
    use VARCHAR,
    patchable BOOLEAN,
    interoperability BOOLEAN,
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
    CONSTRAINT pk_talkgroup PRIMARY KEY (id),
    CONSTRAINT fk_talkgroup_owner_id_radio_system_id FOREIGN KEY(owner_id, radio_system_id) REFERENCES radio_system (owner_id, id),
    CONSTRAINT ck_talkgroup_access_known CHECK (access IN ('fdma', 'tdma', 'dynamic')),
    CONSTRAINT ck_talkgroup_talkgroup_number_in_range CHECK (talkgroup_number BETWEEN 1 AND 16777215),
    CONSTRAINT uq_talkgroup_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_talkgroup_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_talkgroup_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_talkgroup_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_talkgroup_version_positive CHECK (version >= 1),
    CONSTRAINT ck_talkgroup_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_talkgroup_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN talkgroup.talkgroup_number IS 'decimal; 16 bits in P25, 24 in DMR and TETRA';
COMMENT ON COLUMN talkgroup.access IS 'fdma, tdma or dynamic; tdma needs Phase 2 radios';
COMMENT ON COLUMN talkgroup.interoperability IS 'set aside for other agencies too';
CREATE INDEX ix_talkgroup_import_batch_id ON talkgroup (import_batch_id);
CREATE INDEX ix_talkgroup_owner_id ON talkgroup (owner_id);
CREATE UNIQUE INDEX uq_talkgroup_radio_system_id_talkgroup_number ON talkgroup (owner_id, radio_system_id, talkgroup_number) WHERE status <> 'retired';

CREATE TABLE station (
    name VARCHAR NOT NULL,
    site_owner_id UUID,
    site_id UUID,
    radio_system_owner_id UUID,
    radio_system_id UUID,
    channel_owner_id UUID,
    channel_id UUID,
    call_sign VARCHAR,
    station_class VARCHAR,
    rfss_id INTEGER,
    p25_site_id INTEGER,
    nac INTEGER,
    licence_location_number INTEGER,
    licence_antenna_number INTEGER,
    antenna_make VARCHAR,
    antenna_model VARCHAR,
    antenna_pattern VARCHAR,
    antenna_height_agl_m DOUBLE PRECISION,
    haat_m DOUBLE PRECISION,
    azimuth_deg DOUBLE PRECISION,
    beamwidth_deg DOUBLE PRECISION,
    antenna_gain_dbi DOUBLE PRECISION,
    antenna_gain_entered_unit VARCHAR,
    electrical_tilt_deg DOUBLE PRECISION,
    polarization VARCHAR,
    line_loss_db DOUBLE PRECISION,
    tx_output_w DOUBLE PRECISION,
    erp_w DOUBLE PRECISION,
    receiver_sensitivity_dbm DOUBLE PRECISION,
    receiver_noise_figure_db DOUBLE PRECISION,
    declared_range_m DOUBLE PRECISION,
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
    CONSTRAINT pk_station PRIMARY KEY (id),
    CONSTRAINT ck_station_site_whole CHECK (num_nonnulls(site_owner_id, site_id) IN (0, 2)),
    CONSTRAINT ck_station_radio_system_whole CHECK (num_nonnulls(radio_system_owner_id, radio_system_id) IN (0, 2)),
    CONSTRAINT ck_station_channel_whole CHECK (num_nonnulls(channel_owner_id, channel_id) IN (0, 2)),
    CONSTRAINT ck_station_antenna_gain_entered_unit_known CHECK (antenna_gain_entered_unit IN ('dBd', 'dBi')),
    CONSTRAINT ck_station_polarization_known CHECK (polarization IN ('vertical', 'horizontal', 'dual', 'circular', 'other')),
    CONSTRAINT ck_station_rfss_id_in_range CHECK (rfss_id BETWEEN 0 AND 255),
    CONSTRAINT ck_station_p25_site_id_in_range CHECK (p25_site_id BETWEEN 0 AND 255),
    CONSTRAINT ck_station_nac_in_range CHECK (nac BETWEEN 0 AND 4095),
    CONSTRAINT ck_station_antenna_height_agl_m_in_range CHECK (antenna_height_agl_m BETWEEN 0 AND 1000),
    CONSTRAINT ck_station_haat_m_in_range CHECK (haat_m BETWEEN -1000 AND 5000),
    CONSTRAINT ck_station_azimuth_deg_in_range CHECK (azimuth_deg >= 0 AND azimuth_deg < 360),
    CONSTRAINT ck_station_beamwidth_deg_in_range CHECK (beamwidth_deg BETWEEN 0 AND 360),
    CONSTRAINT ck_station_antenna_gain_dbi_in_range CHECK (antenna_gain_dbi BETWEEN -20 AND 70),
    CONSTRAINT ck_station_electrical_tilt_deg_in_range CHECK (electrical_tilt_deg BETWEEN -90 AND 90),
    CONSTRAINT ck_station_line_loss_db_in_range CHECK (line_loss_db BETWEEN 0 AND 60),
    CONSTRAINT ck_station_tx_output_w_in_range CHECK (tx_output_w BETWEEN 0 AND 100000),
    CONSTRAINT ck_station_erp_w_in_range CHECK (erp_w BETWEEN 0 AND 10000000),
    CONSTRAINT ck_station_receiver_sensitivity_dbm_in_range CHECK (receiver_sensitivity_dbm BETWEEN -140 AND 0),
    CONSTRAINT ck_station_receiver_noise_figure_db_in_range CHECK (receiver_noise_figure_db BETWEEN 0 AND 40),
    CONSTRAINT ck_station_declared_range_m_in_range CHECK (declared_range_m BETWEEN 0 AND 500000),
    CONSTRAINT uq_station_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_station_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_station_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_station_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_station_version_positive CHECK (version >= 1),
    CONSTRAINT ck_station_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_station_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN station.station_class IS 'FCC station class, as FB2 or FXO';
COMMENT ON COLUMN station.antenna_pattern IS 'omni, or the name of a pattern';
COMMENT ON COLUMN station.antenna_height_agl_m IS 'radiation centre above ground';
COMMENT ON COLUMN station.antenna_gain_entered_unit IS 'dBd or dBi as entered; NULL: not stated';
COMMENT ON COLUMN station.electrical_tilt_deg IS 'positive is downwards';
COMMENT ON COLUMN station.erp_w IS 'effective radiated power over a dipole';
COMMENT ON COLUMN station.declared_range_m IS 'claimed by the owner; never computed coverage';
CREATE INDEX ix_station_channel_id ON station (channel_id);
CREATE INDEX ix_station_import_batch_id ON station (import_batch_id);
CREATE INDEX ix_station_owner_id ON station (owner_id);
CREATE INDEX ix_station_radio_system_id ON station (radio_system_id);
CREATE INDEX ix_station_site_id ON station (site_id);
CREATE UNIQUE INDEX uq_station_name ON station (owner_id, name) WHERE status <> 'retired';

CREATE TABLE station_frequency (
    station_id UUID NOT NULL,
    station_tx_freq_hz BIGINT,
    station_tx_upper_freq_hz BIGINT,
    station_rx_freq_hz BIGINT,
    sequence INTEGER DEFAULT '1' NOT NULL,
    station_class VARCHAR,
    tx_output_w DOUBLE PRECISION,
    erp_w DOUBLE PRECISION,
    eirp_dbm NUMERIC(7, 2),
    transmitter_make VARCHAR,
    transmitter_model VARCHAR,
    emission_designators VARCHAR,
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
    CONSTRAINT pk_station_frequency PRIMARY KEY (id),
    CONSTRAINT fk_station_frequency_owner_id_station_id FOREIGN KEY(owner_id, station_id) REFERENCES station (owner_id, id),
    CONSTRAINT ck_station_frequency_station_tx_freq_hz_in_range CHECK (station_tx_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_station_frequency_station_tx_upper_freq_hz_in_range CHECK (station_tx_upper_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_station_frequency_station_rx_freq_hz_in_range CHECK (station_rx_freq_hz BETWEEN 25000000 AND 100000000000),
    CONSTRAINT ck_station_frequency_tx_output_w_in_range CHECK (tx_output_w BETWEEN 0 AND 100000),
    CONSTRAINT ck_station_frequency_erp_w_in_range CHECK (erp_w BETWEEN 0 AND 10000000),
    CONSTRAINT ck_station_frequency_has_a_frequency CHECK (num_nonnulls(station_tx_freq_hz, station_rx_freq_hz) >= 1),
    CONSTRAINT uq_station_frequency_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_station_frequency_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_station_frequency_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_station_frequency_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_station_frequency_version_positive CHECK (version >= 1),
    CONSTRAINT ck_station_frequency_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_station_frequency_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN station_frequency.emission_designators IS 'one or several, comma between';
CREATE INDEX ix_station_frequency_import_batch_id ON station_frequency (import_batch_id);
CREATE INDEX ix_station_frequency_owner_id ON station_frequency (owner_id);
CREATE UNIQUE INDEX uq_station_frequency_station_id_sequence ON station_frequency (owner_id, station_id, sequence) WHERE status <> 'retired';
