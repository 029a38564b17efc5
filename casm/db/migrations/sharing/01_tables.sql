-- Who belongs where in which role, who shows what to whom, and which links are out. Frozen: later changes are later migrations.

CREATE TABLE membership (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    account_id UUID NOT NULL,
    role VARCHAR NOT NULL,
    asset_classes VARCHAR[],
    field_classes VARCHAR[] NOT NULL,
    granted_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by VARCHAR,
    CONSTRAINT pk_membership PRIMARY KEY (id),
    CONSTRAINT ck_membership_role_known CHECK (role IN ('administrative_manager', 'agency_editor', 'agency_reader', 'partner', 'auditor', 'national_viewer')),
    CONSTRAINT ck_membership_field_classes_known CHECK (field_classes <@ ARRAY['public', 'sensitive', 'encryption', 'contact']::varchar[]),
    CONSTRAINT ck_membership_asset_classes_known CHECK (asset_classes <@ ARRAY['jurisdiction', 'agency', 'contact', 'site', 'licence', 'radio_system', 'channel', 'talkgroup', 'station', 'fleet', 'radio_cache', 'gateway', 'backhaul_link', 'agreement', 'need', 'coverage', 'interoperability', 'gap']::varchar[]),
    CONSTRAINT ck_membership_ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT fk_membership_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN membership.asset_classes IS 'NULL: every class';
CREATE INDEX ix_membership_owner_id ON membership (owner_id);
CREATE UNIQUE INDEX uq_membership_account_id_owner_id_role ON membership (account_id, owner_id, role) WHERE ended_at IS NULL;

CREATE TABLE sharing_grant (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    asset_classes VARCHAR[] NOT NULL,
    field_classes VARCHAR[] NOT NULL,
    area public.geometry(MULTIPOLYGON,4326),
    precision_m INTEGER DEFAULT '0' NOT NULL,
    recipient_owner_id UUID,
    recipient_account_id UUID,
    valid_from TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE NOT NULL,
    note VARCHAR,
    granted_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by VARCHAR,
    CONSTRAINT pk_sharing_grant PRIMARY KEY (id),
    CONSTRAINT ck_sharing_grant_asset_classes_known CHECK (cardinality(asset_classes) > 0 AND asset_classes <@ ARRAY['jurisdiction', 'agency', 'contact', 'site', 'licence', 'radio_system', 'channel', 'talkgroup', 'station', 'fleet', 'radio_cache', 'gateway', 'backhaul_link', 'agreement', 'need', 'coverage', 'interoperability', 'gap']::varchar[]),
    CONSTRAINT ck_sharing_grant_field_classes_known CHECK (cardinality(field_classes) > 0 AND field_classes <@ ARRAY['public', 'sensitive', 'encryption', 'contact']::varchar[]),
    CONSTRAINT ck_sharing_grant_precision_m_known CHECK (precision_m IN (0, 1000, 10000)),
    CONSTRAINT ck_sharing_grant_one_recipient CHECK (num_nonnulls(recipient_owner_id, recipient_account_id) = 1),
    CONSTRAINT ck_sharing_grant_not_to_itself CHECK (recipient_owner_id <> owner_id),
    CONSTRAINT ck_sharing_grant_until_after_from CHECK (valid_until > valid_from),
    CONSTRAINT ck_sharing_grant_area_of_placed_classes CHECK (area IS NULL OR asset_classes <@ ARRAY['site', 'station', 'gateway', 'radio_cache', 'backhaul_link', 'agency']::varchar[]),
    CONSTRAINT ck_sharing_grant_precision_of_placed_classes CHECK (precision_m = 0 OR asset_classes <@ ARRAY['site', 'station', 'gateway', 'radio_cache', 'agency']::varchar[]),
    CONSTRAINT ck_sharing_grant_area_not_empty CHECK (area IS NULL OR NOT ST_IsEmpty(area)),
    CONSTRAINT ck_sharing_grant_revoked_whole CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT fk_sharing_grant_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT fk_sharing_grant_recipient_owner_id FOREIGN KEY(recipient_owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_sharing_grant_owner_id ON sharing_grant (owner_id);
CREATE INDEX ix_sharing_grant_recipient_owner_id ON sharing_grant (recipient_owner_id);
CREATE INDEX ix_sharing_grant_recipient_account_id ON sharing_grant (recipient_account_id);

CREATE TABLE share_link (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    token_sha256 VARCHAR NOT NULL,
    password_hash VARCHAR,
    asset_classes VARCHAR[] NOT NULL,
    field_classes VARCHAR[] NOT NULL,
    area public.geometry(MULTIPOLYGON,4326),
    precision_m INTEGER DEFAULT '0' NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    view_count INTEGER DEFAULT '0' NOT NULL,
    last_viewed_at TIMESTAMP WITH TIME ZONE,
    made_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by VARCHAR,
    CONSTRAINT pk_share_link PRIMARY KEY (id),
    CONSTRAINT uq_share_link_token_sha256 UNIQUE (token_sha256),
    CONSTRAINT ck_share_link_token_well_formed CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_share_link_asset_classes_known CHECK (cardinality(asset_classes) > 0 AND asset_classes <@ ARRAY['jurisdiction', 'agency', 'contact', 'site', 'licence', 'radio_system', 'channel', 'talkgroup', 'station', 'fleet', 'radio_cache', 'gateway', 'backhaul_link', 'agreement', 'need', 'coverage', 'interoperability', 'gap']::varchar[]),
    CONSTRAINT ck_share_link_field_classes_known CHECK (cardinality(field_classes) > 0 AND field_classes <@ ARRAY['public', 'sensitive', 'encryption', 'contact']::varchar[]),
    CONSTRAINT ck_share_link_precision_m_known CHECK (precision_m IN (0, 1000, 10000)),
    CONSTRAINT ck_share_link_area_of_placed_classes CHECK (area IS NULL OR asset_classes <@ ARRAY['site', 'station', 'gateway', 'radio_cache', 'backhaul_link', 'agency']::varchar[]),
    CONSTRAINT ck_share_link_precision_of_placed_classes CHECK (precision_m = 0 OR asset_classes <@ ARRAY['site', 'station', 'gateway', 'radio_cache', 'agency']::varchar[]),
    CONSTRAINT ck_share_link_area_not_empty CHECK (area IS NULL OR NOT ST_IsEmpty(area)),
    CONSTRAINT ck_share_link_at_most_180_days CHECK (expires_at <= created_at + interval '181 days'),
    CONSTRAINT ck_share_link_view_count_not_negative CHECK (view_count >= 0),
    CONSTRAINT ck_share_link_revoked_whole CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT fk_share_link_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_share_link_owner_id ON share_link (owner_id);
