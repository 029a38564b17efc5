-- The communications unit, individual radios, checkouts of caches and vehicles. Frozen.

CREATE TABLE comm_unit_member (
    name VARCHAR NOT NULL,
    agency_owner_id UUID,
    agency_id UUID,
    deployable VARCHAR,
    position public.geometry(POINT,4326),
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
    CONSTRAINT pk_comm_unit_member PRIMARY KEY (id),
    CONSTRAINT ck_comm_unit_member_deployable_known CHECK (deployable IN ('no', 'county', 'state', 'emac')),
    CONSTRAINT ck_comm_unit_member_position_on_earth CHECK (NOT ST_IsEmpty(position) AND ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT ck_comm_unit_member_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT uq_comm_unit_member_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_comm_unit_member_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_comm_unit_member_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_comm_unit_member_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_comm_unit_member_version_positive CHECK (version >= 1),
    CONSTRAINT ck_comm_unit_member_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_comm_unit_member_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN comm_unit_member.deployable IS 'how far: county, state, or other states under EMAC';
CREATE INDEX ix_comm_unit_member_agency_id ON comm_unit_member (agency_id);
CREATE INDEX ix_comm_unit_member_import_batch_id ON comm_unit_member (import_batch_id);
CREATE INDEX ix_comm_unit_member_owner_id ON comm_unit_member (owner_id);
CREATE UNIQUE INDEX uq_comm_unit_member_name ON comm_unit_member (owner_id, name) WHERE status <> 'retired';

CREATE TABLE comm_unit_member_contact (
    comm_unit_member_id UUID NOT NULL,
    phone VARCHAR,
    mobile VARCHAR,
    email VARCHAR,
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
    CONSTRAINT pk_comm_unit_member_contact PRIMARY KEY (id),
    CONSTRAINT fk_comm_unit_member_contact_owner_id_comm_unit_member_id FOREIGN KEY(owner_id, comm_unit_member_id) REFERENCES comm_unit_member (owner_id, id),
    CONSTRAINT uq_comm_unit_member_contact_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_comm_unit_member_contact_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_comm_unit_member_contact_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_comm_unit_member_contact_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_comm_unit_member_contact_version_positive CHECK (version >= 1),
    CONSTRAINT ck_comm_unit_member_contact_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_comm_unit_member_contact_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_comm_unit_member_contact_import_batch_id ON comm_unit_member_contact (import_batch_id);
CREATE INDEX ix_comm_unit_member_contact_owner_id ON comm_unit_member_contact (owner_id);
CREATE UNIQUE INDEX uq_comm_unit_member_contact_comm_unit_member_id ON comm_unit_member_contact (owner_id, comm_unit_member_id) WHERE status <> 'retired';

CREATE TABLE comm_unit_qualification (
    comm_unit_member_id UUID NOT NULL,
    unit_position VARCHAR NOT NULL,
    nims_type INTEGER,
    task_book_status VARCHAR,
    recognized_on DATE,
    expires_on DATE,
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
    CONSTRAINT pk_comm_unit_qualification PRIMARY KEY (id),
    CONSTRAINT fk_comm_unit_qualification_owner_id_comm_unit_member_id FOREIGN KEY(owner_id, comm_unit_member_id) REFERENCES comm_unit_member (owner_id, id),
    CONSTRAINT ck_comm_unit_qualification_unit_position_known CHECK (unit_position IN ('COML', 'COMT', 'INCM', 'INTD', 'RADO', 'AUXC', 'ITSL', 'COMC', 'THSP')),
    CONSTRAINT ck_comm_unit_qualification_task_book_status_known CHECK (task_book_status IN ('open', 'complete', 'signed')),
    CONSTRAINT ck_comm_unit_qualification_nims_type_in_range CHECK (nims_type BETWEEN 1 AND 5),
    CONSTRAINT ck_comm_unit_qualification_ends_after_start CHECK (expires_on >= recognized_on),
    CONSTRAINT uq_comm_unit_qualification_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_comm_unit_qualification_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_comm_unit_qualification_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_comm_unit_qualification_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_comm_unit_qualification_version_positive CHECK (version >= 1),
    CONSTRAINT ck_comm_unit_qualification_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_comm_unit_qualification_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN comm_unit_qualification.nims_type IS 'NIMS type, 1 the most capable';
COMMENT ON COLUMN comm_unit_qualification.recognized_on IS 'by the state';
CREATE INDEX ix_comm_unit_qualification_import_batch_id ON comm_unit_qualification (import_batch_id);
CREATE INDEX ix_comm_unit_qualification_owner_id ON comm_unit_qualification (owner_id);
CREATE UNIQUE INDEX uq_comm_unit_qualification_comm_unit_member_id_unit_position ON comm_unit_qualification (owner_id, comm_unit_member_id, unit_position) WHERE status <> 'retired';

CREATE TABLE radio (
    serial_number VARCHAR NOT NULL,
    alias VARCHAR,
    unit_id INTEGER,
    fleet_id UUID,
    template_id UUID,
    form_factor VARCHAR,
    radio_make VARCHAR,
    radio_model VARCHAR,
    property_number VARCHAR,
    assigned_to VARCHAR,
    life_cycle VARCHAR,
    purchased_on DATE,
    warranty_end_on DATE,
    end_of_life_on DATE,
    firmware_version VARCHAR,
    flash_options VARCHAR,
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
    CONSTRAINT pk_radio PRIMARY KEY (id),
    CONSTRAINT fk_radio_owner_id_fleet_id FOREIGN KEY(owner_id, fleet_id) REFERENCES fleet (owner_id, id),
    CONSTRAINT fk_radio_owner_id_template_id FOREIGN KEY(owner_id, template_id) REFERENCES template (owner_id, id),
    CONSTRAINT ck_radio_form_factor_known CHECK (form_factor IN ('portable', 'mobile', 'control_station', 'aircraft')),
    CONSTRAINT ck_radio_life_cycle_known CHECK (life_cycle IN ('new', 'pre_deploy', 'active', 'backup', 'repair', 'lost', 'retired', 'disposed')),
    CONSTRAINT ck_radio_unit_id_in_range CHECK (unit_id BETWEEN 1 AND 16777215),
    CONSTRAINT ck_radio_warranty_after_purchase CHECK (warranty_end_on >= purchased_on),
    CONSTRAINT ck_radio_end_after_purchase CHECK (end_of_life_on >= purchased_on),
    CONSTRAINT uq_radio_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_radio_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_radio_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_radio_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_radio_version_positive CHECK (version >= 1),
    CONSTRAINT ck_radio_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_radio_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN radio.alias IS 'what others'' displays show';
COMMENT ON COLUMN radio.unit_id IS 'radio ID on its system: 24 bits in P25, DMR and TETRA';
COMMENT ON COLUMN radio.property_number IS 'the agency''s own inventory tag';
COMMENT ON COLUMN radio.end_of_life_on IS 'when its maker ends support';
COMMENT ON COLUMN radio.flash_options IS 'features the radio was bought with';
CREATE INDEX ix_radio_fleet_id ON radio (fleet_id);
CREATE INDEX ix_radio_import_batch_id ON radio (import_batch_id);
CREATE INDEX ix_radio_owner_id ON radio (owner_id);
CREATE INDEX ix_radio_template_id ON radio (template_id);
CREATE UNIQUE INDEX uq_radio_serial_number ON radio (owner_id, serial_number) WHERE status <> 'retired';

CREATE TABLE cache_checkout (
    radio_cache_id UUID NOT NULL,
    checked_out_to VARCHAR NOT NULL,
    agency_owner_id UUID,
    agency_id UUID,
    radio_count INTEGER NOT NULL,
    out_on DATE NOT NULL,
    due_on DATE,
    returned_on DATE,
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
    CONSTRAINT pk_cache_checkout PRIMARY KEY (id),
    CONSTRAINT fk_cache_checkout_owner_id_radio_cache_id FOREIGN KEY(owner_id, radio_cache_id) REFERENCES radio_cache (owner_id, id),
    CONSTRAINT ck_cache_checkout_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_cache_checkout_radio_count_in_range CHECK (radio_count BETWEEN 1 AND 100000),
    CONSTRAINT ck_cache_checkout_due_after_out CHECK (due_on >= out_on),
    CONSTRAINT ck_cache_checkout_returned_after_out CHECK (returned_on >= out_on),
    CONSTRAINT uq_cache_checkout_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_cache_checkout_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_cache_checkout_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_cache_checkout_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_cache_checkout_version_positive CHECK (version >= 1),
    CONSTRAINT ck_cache_checkout_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_cache_checkout_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_cache_checkout_agency_id ON cache_checkout (agency_id);
CREATE INDEX ix_cache_checkout_import_batch_id ON cache_checkout (import_batch_id);
CREATE INDEX ix_cache_checkout_owner_id ON cache_checkout (owner_id);
CREATE UNIQUE INDEX uq_cache_checkout_radio_cache_id_checked_out_to_out_on ON cache_checkout (owner_id, radio_cache_id, checked_out_to, out_on) WHERE status <> 'retired';

CREATE TABLE mobile_comm_vehicle (
    name VARCHAR NOT NULL,
    nims_type INTEGER,
    agency_owner_id UUID,
    agency_id UUID,
    address VARCHAR,
    position public.geometry(POINT,4326),
    bands VARCHAR[],
    radio_count INTEGER,
    gateway_owner_id UUID,
    gateway_id UUID,
    satellite BOOLEAN,
    deployable_lte BOOLEAN,
    mast_height_m DOUBLE PRECISION,
    seat_count INTEGER,
    generator_kw DOUBLE PRECISION,
    generator_fuel_hours DOUBLE PRECISION,
    driving_range_m DOUBLE PRECISION,
    crew_count INTEGER,
    crew_notes VARCHAR,
    deploy_minutes INTEGER,
    request_number VARCHAR,
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
    CONSTRAINT pk_mobile_comm_vehicle PRIMARY KEY (id),
    CONSTRAINT ck_mobile_comm_vehicle_bands_known CHECK (bands <@ ARRAY['LOW', 'VHF', '220', 'UHF', 'T-BAND', '700', '800', '900', 'LTE', 'MICROWAVE']::varchar[]),
    CONSTRAINT ck_mobile_comm_vehicle_position_on_earth CHECK (NOT ST_IsEmpty(position) AND ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT ck_mobile_comm_vehicle_agency_whole CHECK (num_nonnulls(agency_owner_id, agency_id) IN (0, 2)),
    CONSTRAINT ck_mobile_comm_vehicle_gateway_whole CHECK (num_nonnulls(gateway_owner_id, gateway_id) IN (0, 2)),
    CONSTRAINT ck_mobile_comm_vehicle_nims_type_in_range CHECK (nims_type BETWEEN 1 AND 4),
    CONSTRAINT ck_mobile_comm_vehicle_radio_count_in_range CHECK (radio_count BETWEEN 0 AND 1000),
    CONSTRAINT ck_mobile_comm_vehicle_mast_height_m_in_range CHECK (mast_height_m BETWEEN 0 AND 100),
    CONSTRAINT ck_mobile_comm_vehicle_seat_count_in_range CHECK (seat_count BETWEEN 0 AND 100),
    CONSTRAINT ck_mobile_comm_vehicle_generator_kw_in_range CHECK (generator_kw BETWEEN 0 AND 10000),
    CONSTRAINT ck_mobile_comm_vehicle_generator_fuel_hours_in_range CHECK (generator_fuel_hours BETWEEN 0 AND 10000),
    CONSTRAINT ck_mobile_comm_vehicle_driving_range_m_in_range CHECK (driving_range_m BETWEEN 0 AND 5000000),
    CONSTRAINT ck_mobile_comm_vehicle_crew_count_in_range CHECK (crew_count BETWEEN 0 AND 100),
    CONSTRAINT ck_mobile_comm_vehicle_deploy_minutes_in_range CHECK (deploy_minutes BETWEEN 0 AND 100000),
    CONSTRAINT uq_mobile_comm_vehicle_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_mobile_comm_vehicle_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_mobile_comm_vehicle_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_mobile_comm_vehicle_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_mobile_comm_vehicle_version_positive CHECK (version >= 1),
    CONSTRAINT ck_mobile_comm_vehicle_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_mobile_comm_vehicle_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN mobile_comm_vehicle.nims_type IS 'NIMS type of a mobile communications center, 1 the largest';
COMMENT ON COLUMN mobile_comm_vehicle.deployable_lte IS 'brings a cell of its own, as a COW or a SatCOLT';
COMMENT ON COLUMN mobile_comm_vehicle.mast_height_m IS 'top of the raised mast above ground';
COMMENT ON COLUMN mobile_comm_vehicle.seat_count IS 'operator positions';
COMMENT ON COLUMN mobile_comm_vehicle.driving_range_m IS 'on one tank';
COMMENT ON COLUMN mobile_comm_vehicle.crew_count IS 'people it needs to work';
COMMENT ON COLUMN mobile_comm_vehicle.deploy_minutes IS 'from request to leaving its garage';
COMMENT ON COLUMN mobile_comm_vehicle.request_number IS 'telephone by which it is asked for, day and night';
CREATE INDEX ix_mobile_comm_vehicle_agency_id ON mobile_comm_vehicle (agency_id);
CREATE INDEX ix_mobile_comm_vehicle_gateway_id ON mobile_comm_vehicle (gateway_id);
CREATE INDEX ix_mobile_comm_vehicle_import_batch_id ON mobile_comm_vehicle (import_batch_id);
CREATE INDEX ix_mobile_comm_vehicle_owner_id ON mobile_comm_vehicle (owner_id);
CREATE UNIQUE INDEX uq_mobile_comm_vehicle_name ON mobile_comm_vehicle (owner_id, name) WHERE status <> 'retired';
