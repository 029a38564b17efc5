-- What is handed out and must be shown again: sessions, one-use links, tokens. Only their SHA-256 is kept. Frozen.
CREATE TABLE casm_gate.web_session (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    stage VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    address VARCHAR DEFAULT '' NOT NULL,
    user_agent VARCHAR DEFAULT '' NOT NULL,
    CONSTRAINT pk_web_session PRIMARY KEY (id),
    CONSTRAINT uq_web_session_token_sha256 UNIQUE (token_sha256),
    CONSTRAINT ck_web_session_hashed CHECK (length(token_sha256) = 32),
    CONSTRAINT ck_web_session_stage_known CHECK (stage IN ('second_factor', 'set_up_second_factor', 'open')),
    CONSTRAINT ck_web_session_method_known CHECK (method IN ('password', 'passkey', 'provider')),
    CONSTRAINT ck_web_session_ends CHECK (expires_at > created_at AND expires_at <= created_at + interval '12 hours'),
    CONSTRAINT fk_web_session_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

COMMENT ON COLUMN casm_gate.web_session.confirmed_at IS 'when its holder last proved who it is, as changes to factors ask for';
CREATE INDEX ix_web_session_account_id ON casm_gate.web_session (account_id);
CREATE INDEX ix_web_session_expires_at ON casm_gate.web_session (expires_at);

CREATE TABLE casm_gate.invitation (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    into_owner_id UUID NOT NULL,
    role VARCHAR NOT NULL,
    counts_as_approval BOOLEAN NOT NULL,
    invited_by UUID,
    invited_by_name VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT uq_invitation_token_sha256 UNIQUE (token_sha256),
    CONSTRAINT ck_invitation_hashed CHECK (length(token_sha256) = 32),
    CONSTRAINT ck_invitation_ends CHECK (expires_at > created_at AND expires_at <= created_at + interval '30 days'),
    CONSTRAINT fk_invitation_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id),
    CONSTRAINT fk_invitation_into_owner_id FOREIGN KEY(into_owner_id) REFERENCES casm.owner (id)
);

CREATE INDEX ix_invitation_account_id ON casm_gate.invitation (account_id);

CREATE TABLE casm_gate.password_reset (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_password_reset PRIMARY KEY (id),
    CONSTRAINT uq_password_reset_token_sha256 UNIQUE (token_sha256),
    CONSTRAINT ck_password_reset_hashed CHECK (length(token_sha256) = 32),
    CONSTRAINT ck_password_reset_ends CHECK (expires_at > created_at AND expires_at <= created_at + interval '1 day'),
    CONSTRAINT fk_password_reset_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

CREATE INDEX ix_password_reset_account_id ON casm_gate.password_reset (account_id);

CREATE TABLE casm_gate.api_token (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    key_id VARCHAR NOT NULL,
    secret_sha256 BYTEA NOT NULL,
    name VARCHAR NOT NULL,
    asset_classes TEXT[],
    field_classes TEXT[] DEFAULT '{public}' NOT NULL,
    may_write BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    last_used_address VARCHAR,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by UUID,
    CONSTRAINT pk_api_token PRIMARY KEY (id),
    CONSTRAINT uq_api_token_key_id UNIQUE (key_id),
    CONSTRAINT ck_api_token_key_id_well_formed CHECK (key_id ~ '^[a-z0-9]{12}$'),
    CONSTRAINT ck_api_token_hashed CHECK (length(secret_sha256) = 32),
    CONSTRAINT ck_api_token_name_stated CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT ck_api_token_field_class_known CHECK (field_classes <@ ARRAY['public', 'sensitive', 'encryption', 'contact']),
    CONSTRAINT ck_api_token_ends CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days'),
    CONSTRAINT fk_api_token_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

COMMENT ON COLUMN casm_gate.api_token.asset_classes IS 'NULL: all that its account may see';
CREATE INDEX ix_api_token_account_id ON casm_gate.api_token (account_id);

-- Counted in the database, so that every worker counts together.
CREATE TABLE casm_gate.throttle (
    kind VARCHAR NOT NULL,
    key_sha256 BYTEA NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    window_began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    strikes INTEGER DEFAULT 0 NOT NULL,
    blocked_until TIMESTAMP WITH TIME ZONE,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_throttle PRIMARY KEY (kind, key_sha256),
    CONSTRAINT ck_throttle_hashed CHECK (length(key_sha256) = 32),
    CONSTRAINT ck_throttle_counted CHECK (attempts >= 0 AND strikes >= 0)
);

CREATE INDEX ix_throttle_last_at ON casm_gate.throttle (last_at);
