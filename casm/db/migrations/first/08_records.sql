-- Imports, history, results and jobs. Frozen: later changes are later migrations.

CREATE TABLE import_batch (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    file_name VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    reader VARCHAR NOT NULL,
    record_class VARCHAR,
    state VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    options JSONB DEFAULT '{}' NOT NULL,
    rows_read INTEGER DEFAULT '0' NOT NULL,
    rows_created INTEGER DEFAULT '0' NOT NULL,
    rows_changed INTEGER DEFAULT '0' NOT NULL,
    rows_unchanged INTEGER DEFAULT '0' NOT NULL,
    rows_reported INTEGER DEFAULT '0' NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_import_batch PRIMARY KEY (id),
    CONSTRAINT ck_import_batch_state_known CHECK (state IN ('running', 'done', 'stopped')),
    CONSTRAINT ck_import_batch_sha256_well_formed CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_import_batch_done_dated CHECK ((state = 'done') = (finished_at IS NOT NULL)),
    CONSTRAINT uq_import_batch_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT fk_import_batch_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_import_batch_owner_id ON import_batch (owner_id);

CREATE TABLE import_problem (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    import_batch_id UUID NOT NULL,
    severity VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    row_number INTEGER,
    column_name VARCHAR,
    value VARCHAR,
    reason VARCHAR NOT NULL,
    mend VARCHAR NOT NULL,
    field_class VARCHAR DEFAULT 'public' NOT NULL,
    CONSTRAINT pk_import_problem PRIMARY KEY (id),
    CONSTRAINT ck_import_problem_field_class_known CHECK (field_class IN ('public', 'sensitive', 'encryption', 'contact')),
    CONSTRAINT ck_import_problem_severity_known CHECK (severity IN ('error', 'warning', 'note')),
    CONSTRAINT fk_import_problem_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id),
    CONSTRAINT fk_import_problem_owner_id_import_batch_id FOREIGN KEY(owner_id, import_batch_id) REFERENCES import_batch (owner_id, id) ON DELETE CASCADE
);

CREATE INDEX ix_import_problem_import_batch_id ON import_problem (import_batch_id);
CREATE INDEX ix_import_problem_owner_id ON import_problem (owner_id);

CREATE TABLE history (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    owner_id UUID NOT NULL,
    table_name VARCHAR NOT NULL,
    row_id UUID NOT NULL,
    row_version INTEGER NOT NULL,
    field_class VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    before JSONB NOT NULL,
    CONSTRAINT pk_history PRIMARY KEY (id),
    CONSTRAINT fk_history_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_history_owner_id ON history (owner_id);
CREATE INDEX ix_history_row ON history (row_id, row_version);

CREATE TABLE result (
    kind VARCHAR NOT NULL,
    result_key VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    method_version VARCHAR NOT NULL,
    parameters JSONB DEFAULT '{}' NOT NULL,
    inputs_sha256 VARCHAR NOT NULL,
    input_ids UUID[] NOT NULL,
    audience UUID[] NOT NULL,
    field_classes VARCHAR[] NOT NULL,
    caveats VARCHAR[] DEFAULT '{}' NOT NULL,
    summary JSONB DEFAULT '{}' NOT NULL,
    area public.geometry(MULTIPOLYGON,4326),
    computed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
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
    CONSTRAINT pk_result PRIMARY KEY (id),
    CONSTRAINT ck_result_kind_known CHECK (kind IN ('station_coverage', 'system_coverage', 'direct_reach', 'interop_pair', 'interop_group', 'gap')),
    CONSTRAINT ck_result_sha256_well_formed CHECK (inputs_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_result_audience_stated CHECK (cardinality(audience) >= 1),
    CONSTRAINT uq_result_owner_id_id UNIQUE (owner_id, id),
    CONSTRAINT ck_result_status_known CHECK (status IN ('planned', 'active', 'standby', 'retired')),
    CONSTRAINT ck_result_source_known CHECK (source IN ('typed', 'csv', 'uls', 'asr', 'partner', 'seed', 'computed')),
    CONSTRAINT ck_result_sensitivity_known CHECK (sensitivity IN ('public', 'partner', 'internal', 'restricted')),
    CONSTRAINT ck_result_version_positive CHECK (version >= 1),
    CONSTRAINT ck_result_retired_dated CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT fk_result_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

COMMENT ON COLUMN result.result_key IS 'what it is about, as a station id or a pair of agency ids';
CREATE INDEX ix_result_import_batch_id ON result (import_batch_id);
CREATE INDEX ix_result_owner_id ON result (owner_id);
CREATE UNIQUE INDEX uq_result_kind_result_key ON result (owner_id, kind, result_key) WHERE status <> 'retired';

CREATE TABLE result_layer (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    result_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    content BYTEA,
    content_sha256 VARCHAR NOT NULL,
    CONSTRAINT pk_result_layer PRIMARY KEY (id),
    CONSTRAINT fk_result_layer_owner_id_result_id FOREIGN KEY(owner_id, result_id) REFERENCES result (owner_id, id) ON DELETE CASCADE,
    CONSTRAINT uq_result_layer_result_id_name UNIQUE (result_id, name),
    CONSTRAINT fk_result_layer_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_result_layer_owner_id ON result_layer (owner_id);

CREATE TABLE job (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    requested_by VARCHAR NOT NULL,
    parameters JSONB DEFAULT '{}' NOT NULL,
    resume_from JSONB DEFAULT '{}' NOT NULL,
    steps_done INTEGER DEFAULT '0' NOT NULL,
    steps_total INTEGER,
    message VARCHAR,
    error VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    heartbeat_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT ck_job_state_known CHECK (state IN ('queued', 'running', 'done', 'failed', 'stopped')),
    CONSTRAINT ck_job_steps_in_range CHECK (steps_done >= 0 AND (steps_total IS NULL OR steps_done <= steps_total)),
    CONSTRAINT fk_job_owner_id FOREIGN KEY(owner_id) REFERENCES owner (id)
);

CREATE INDEX ix_job_owner_id ON job (owner_id);
