-- Fields that owners add to a class of record, with their values; files that hang on records. Frozen: later changes are
-- later migrations.

CREATE TABLE custom_field (
    record_class VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    help VARCHAR,
    kind VARCHAR NOT NULL,
    unit VARCHAR,
    least DOUBLE PRECISION,
    most DOUBLE PRECISION,
    choices VARCHAR[],
    required BOOLEAN DEFAULT false NOT NULL,
    field_class VARCHAR DEFAULT 'public' NOT NULL,
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
    CONSTRAINT pk_custom_field PRIMARY KEY (id),
    CONSTRAINT ck_custom_field_kind_known CHECK (kind IN ('text', 'whole', 'decimal', 'yes_no', 'date', 'choice')),
    CONSTRAINT ck_custom_field_field_class_known CHECK (field_class IN ('public', 'sensitive')),
    CONSTRAINT ck_custom_field_name_is_a_word CHECK (name ~ '^[a-z][a-z0-9_]{0,39}$'),
    CONSTRAINT ck_custom_field_label_is_short CHECK (length(btrim(label)) BETWEEN 1 AND 60),
    CONSTRAINT ck_custom_field_range_in_order CHECK (least <= most),
    CONSTRAINT ck_custom_field_choices_of_a_list CHECK ((kind = 'choice') = (choices IS NOT NULL)),
    CONSTRAINT uq_custom_field_id_record_class_kind_field_class UNIQUE (id, record_class, kind, field_class),
    CONSTRAINT uq_custom_field_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_custom_field_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_custom_field_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_custom_field_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_custom_field_version_positive CHECK (version >= 1),
    CONSTRAINT ck_custom_field_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_custom_field_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_custom_field_import_batch_id ON custom_field (import_batch_id);
CREATE INDEX ix_custom_field_owner_id ON custom_field (owner_id);
CREATE UNIQUE INDEX uq_custom_field_record_class_name ON custom_field (owner_id, record_class, name) WHERE status <> 'retired';

CREATE TABLE custom_value (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    record_class VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    custom_field_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    field_class VARCHAR NOT NULL,
    value_text VARCHAR,
    value_whole BIGINT,
    value_decimal DOUBLE PRECISION,
    value_yes BOOLEAN,
    value_on DATE,
    record_version INTEGER NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_custom_value PRIMARY KEY (id),
    CONSTRAINT uq_custom_value_owner_id_record_id_custom_field_id UNIQUE (owner_id, record_id, custom_field_id),
    CONSTRAINT fk_custom_value_custom_field FOREIGN KEY(custom_field_id, record_class, kind, field_class) REFERENCES custom_field (id, record_class, kind, field_class),
    CONSTRAINT ck_custom_value_of_its_kind CHECK (num_nonnulls(value_text, value_whole, value_decimal, value_yes, value_on) <= 1 AND (value_text IS NULL OR kind IN ('text', 'choice')) AND (value_whole IS NULL OR kind = 'whole') AND (value_decimal IS NULL OR kind = 'decimal') AND (value_yes IS NULL OR kind = 'yes_no') AND (value_on IS NULL OR kind = 'date')),
    CONSTRAINT ck_custom_value_text_is_short CHECK (length(value_text) BETWEEN 1 AND 500),
    CONSTRAINT ck_custom_value_decimal_is_finite CHECK (value_decimal BETWEEN -1e300 AND 1e300),
    CONSTRAINT fk_custom_value_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_custom_value_value_decimal ON custom_value (owner_id, custom_field_id, value_decimal) WHERE value_decimal IS NOT NULL;
CREATE INDEX ix_custom_value_value_on ON custom_value (owner_id, custom_field_id, value_on) WHERE value_on IS NOT NULL;
CREATE INDEX ix_custom_value_value_text ON custom_value (owner_id, custom_field_id, value_text) WHERE value_text IS NOT NULL;
CREATE INDEX ix_custom_value_value_whole ON custom_value (owner_id, custom_field_id, value_whole) WHERE value_whole IS NOT NULL;
CREATE INDEX ix_custom_value_value_yes ON custom_value (owner_id, custom_field_id, value_yes) WHERE value_yes IS NOT NULL;

CREATE TABLE attachment (
    record_class VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    field_class VARCHAR DEFAULT 'public' NOT NULL,
    caption VARCHAR,
    file_name VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    content_number INTEGER DEFAULT '1' NOT NULL,
    width_px INTEGER,
    height_px INTEGER,
    has_position BOOLEAN,
    added_by VARCHAR NOT NULL,
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
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT ck_attachment_field_class_known CHECK (field_class IN ('public', 'sensitive')),
    CONSTRAINT ck_attachment_sha256_well_formed CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_attachment_size_in_range CHECK (size_bytes BETWEEN 1 AND 20971520),
    CONSTRAINT ck_attachment_file_name_is_short CHECK (length(file_name) BETWEEN 1 AND 120),
    CONSTRAINT ck_attachment_caption_is_short CHECK (length(caption) BETWEEN 1 AND 200),
    CONSTRAINT uq_attachment_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_attachment_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_attachment_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_attachment_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_attachment_version_positive CHECK (version >= 1),
    CONSTRAINT ck_attachment_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_attachment_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_attachment_import_batch_id ON attachment (import_batch_id);
CREATE INDEX ix_attachment_owner_id ON attachment (owner_id);
CREATE INDEX ix_attachment_record ON attachment (owner_id, record_id);

CREATE TABLE attachment_content (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    attachment_id UUID NOT NULL,
    number INTEGER NOT NULL,
    media_type VARCHAR NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    content BYTEA NOT NULL,
    thumbnail BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_attachment_content PRIMARY KEY (id),
    CONSTRAINT fk_attachment_content_owner_id_attachment_id FOREIGN KEY(owner_id, attachment_id) REFERENCES attachment (owner_id, id),
    CONSTRAINT uq_attachment_content_owner_id_attachment_id_number UNIQUE (owner_id, attachment_id, number),
    CONSTRAINT ck_attachment_content_sha256_well_formed CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_attachment_content_size_is_true CHECK (size_bytes = length(content)),
    CONSTRAINT fk_attachment_content_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);
