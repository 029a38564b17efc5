-- Contacts and encryption (references to keys, never keys): guarded by policies of their own. Frozen: later changes are later migrations.

CREATE TABLE contact (
    agency_id UUID,
    gateway_id UUID,
    radio_cache_id UUID,
    site_id UUID,
    name VARCHAR NOT NULL,
    title VARCHAR,
    role VARCHAR,
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
    CONSTRAINT pk_contact PRIMARY KEY (id),
    CONSTRAINT fk_contact_owner_id_agency_id FOREIGN KEY(owner_id, agency_id) REFERENCES agency (owner_id, id),
    CONSTRAINT fk_contact_owner_id_gateway_id FOREIGN KEY(owner_id, gateway_id) REFERENCES gateway (owner_id, id),
    CONSTRAINT fk_contact_owner_id_radio_cache_id FOREIGN KEY(owner_id, radio_cache_id) REFERENCES radio_cache (owner_id, id),
    CONSTRAINT fk_contact_owner_id_site_id FOREIGN KEY(owner_id, site_id) REFERENCES site (owner_id, id),
    CONSTRAINT ck_contact_role_known CHECK (role IN ('primary', 'technical', 'activation_24x7', 'licence', 'coml', 'swic', 'account_manager')),
    CONSTRAINT ck_contact_of_one_record CHECK (num_nonnulls(agency_id, gateway_id, radio_cache_id, site_id) = 1),
    CONSTRAINT uq_contact_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_contact_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_contact_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_contact_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_contact_version_positive CHECK (version >= 1),
    CONSTRAINT ck_contact_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_contact_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_contact_agency_id ON contact (agency_id);
CREATE INDEX ix_contact_gateway_id ON contact (gateway_id);
CREATE INDEX ix_contact_import_batch_id ON contact (import_batch_id);
CREATE INDEX ix_contact_owner_id ON contact (owner_id);
CREATE INDEX ix_contact_radio_cache_id ON contact (radio_cache_id);
CREATE INDEX ix_contact_site_id ON contact (site_id);
CREATE UNIQUE INDEX uq_contact_name_pair ON contact (owner_id, name, coalesce(agency_id, gateway_id, radio_cache_id, site_id)) WHERE status <> 'retired';

CREATE TABLE resource_encryption (
    channel_id UUID,
    talkgroup_id UUID,
    state VARCHAR,
    algorithm VARCHAR,
    key_reference INTEGER,
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
    CONSTRAINT pk_resource_encryption PRIMARY KEY (id),
    CONSTRAINT fk_resource_encryption_owner_id_channel_id FOREIGN KEY(owner_id, channel_id) REFERENCES channel (owner_id, id),
    CONSTRAINT fk_resource_encryption_owner_id_talkgroup_id FOREIGN KEY(owner_id, talkgroup_id) REFERENCES talkgroup (owner_id, id),
    CONSTRAINT ck_resource_encryption_channel_or_talkgroup CHECK (num_nonnulls(channel_id, talkgroup_id) = 1),
    CONSTRAINT ck_resource_encryption_state_known CHECK (state IN ('clear', 'strapped', 'selectable')),
    CONSTRAINT ck_resource_encryption_algorithm_known CHECK (algorithm IN ('none', 'adp', 'des_ofb', 'aes_256')),
    CONSTRAINT ck_resource_encryption_key_reference_in_range CHECK (key_reference BETWEEN 0 AND 65535),
    CONSTRAINT ck_resource_encryption_clear_has_no_key CHECK (state <> 'clear' OR key_reference IS NULL),
    CONSTRAINT uq_resource_encryption_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_resource_encryption_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_resource_encryption_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_resource_encryption_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_resource_encryption_version_positive CHECK (version >= 1),
    CONSTRAINT ck_resource_encryption_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_resource_encryption_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN resource_encryption.key_reference IS 'CKR or SLN: the number of a key, never a key';
CREATE INDEX ix_resource_encryption_channel_id ON resource_encryption (channel_id);
CREATE INDEX ix_resource_encryption_import_batch_id ON resource_encryption (import_batch_id);
CREATE INDEX ix_resource_encryption_owner_id ON resource_encryption (owner_id);
CREATE INDEX ix_resource_encryption_talkgroup_id ON resource_encryption (talkgroup_id);
CREATE UNIQUE INDEX uq_resource_encryption_pair ON resource_encryption (owner_id, coalesce(channel_id, talkgroup_id)) WHERE status <> 'retired';

CREATE TABLE fleet_encryption (
    fleet_id UUID NOT NULL,
    algorithms VARCHAR[],
    key_references VARCHAR[],
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
    CONSTRAINT pk_fleet_encryption PRIMARY KEY (id),
    CONSTRAINT fk_fleet_encryption_owner_id_fleet_id FOREIGN KEY(owner_id, fleet_id) REFERENCES fleet (owner_id, id),
    CONSTRAINT ck_fleet_encryption_algorithms_known CHECK (algorithms <@ ARRAY['none', 'adp', 'des_ofb', 'aes_256']::varchar[]),
    CONSTRAINT ck_fleet_encryption_key_numbers_only CHECK (array_to_string(key_references, ',') ~ '^([0-9]{1,5}(,[0-9]{1,5})*)?$'),
    CONSTRAINT uq_fleet_encryption_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_fleet_encryption_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_fleet_encryption_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_fleet_encryption_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_fleet_encryption_version_positive CHECK (version >= 1),
    CONSTRAINT ck_fleet_encryption_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_fleet_encryption_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_fleet_encryption_import_batch_id ON fleet_encryption (import_batch_id);
CREATE INDEX ix_fleet_encryption_owner_id ON fleet_encryption (owner_id);
CREATE UNIQUE INDEX uq_fleet_encryption_fleet_id ON fleet_encryption (owner_id, fleet_id) WHERE status <> 'retired';
