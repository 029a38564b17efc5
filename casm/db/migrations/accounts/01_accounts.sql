-- Accounts and what proves who somebody is, in a schema of their own that the inventory's role cannot look into: an
-- injection in an inventory session can read no password, token or session. Frozen: later changes are later migrations.
CREATE SCHEMA casm_gate;
GRANT USAGE ON SCHEMA casm_gate TO casm_gate, casm_backup;

CREATE TABLE casm_gate.account (
    id UUID NOT NULL,
    email VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    home_owner_id UUID NOT NULL,
    password_hash VARCHAR,
    password_changed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    approved_at TIMESTAMP WITH TIME ZONE,
    approved_by UUID,
    deactivated_at TIMESTAMP WITH TIME ZONE,
    deactivated_by UUID,
    last_signed_in_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_email UNIQUE (email),
    CONSTRAINT ck_account_email_well_formed CHECK (email = lower(email) AND email ~ '^[^@|[:space:]]+@[^@|[:space:]]+$' AND length(email) <= 254),
    CONSTRAINT ck_account_name_stated CHECK (length(name) BETWEEN 1 AND 200 AND name !~ '[|[:cntrl:]]'),
    CONSTRAINT ck_account_state_known CHECK (state IN ('invited', 'awaiting_approval', 'active', 'deactivated')),
    CONSTRAINT ck_account_deactivated_dated CHECK ((state = 'deactivated') = (deactivated_at IS NOT NULL)),
    CONSTRAINT ck_account_active_approved CHECK (state <> 'active' OR approved_at IS NOT NULL),
    CONSTRAINT fk_account_home_owner_id FOREIGN KEY(home_owner_id) REFERENCES casm.owner (id)
);

COMMENT ON COLUMN casm_gate.account.home_owner_id IS 'the owner invited into, whose administrative managers rule the account';
COMMENT ON COLUMN casm_gate.account.password_hash IS 'argon2id; NULL for who signs in by a provider or a passkey alone';
CREATE INDEX ix_account_home_owner_id ON casm_gate.account (home_owner_id);

CREATE TABLE casm_gate.external_identity (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    issuer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_external_identity PRIMARY KEY (id),
    CONSTRAINT uq_external_identity_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT fk_external_identity_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

CREATE INDEX ix_external_identity_account_id ON casm_gate.external_identity (account_id);

CREATE TABLE casm_gate.totp (
    account_id UUID NOT NULL,
    secret VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    last_step BIGINT,
    CONSTRAINT pk_totp PRIMARY KEY (account_id),
    CONSTRAINT fk_totp_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

COMMENT ON COLUMN casm_gate.totp.last_step IS 'the newest time step a code was taken of; it and those before it are spent';

CREATE TABLE casm_gate.passkey (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    credential_id BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    sign_count BIGINT NOT NULL,
    transports VARCHAR[] DEFAULT '{}' NOT NULL,
    backed_up BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_passkey PRIMARY KEY (id),
    CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id),
    CONSTRAINT ck_passkey_name_stated CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT ck_passkey_sign_count_counted CHECK (sign_count >= 0),
    CONSTRAINT fk_passkey_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

CREATE INDEX ix_passkey_account_id ON casm_gate.passkey (account_id);

CREATE TABLE casm_gate.passkey_challenge (
    id UUID NOT NULL,
    purpose VARCHAR NOT NULL,
    account_id UUID,
    challenge BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_passkey_challenge PRIMARY KEY (id),
    CONSTRAINT ck_passkey_challenge_purpose_known CHECK (purpose IN ('registration', 'sign_in', 'second_factor')),
    CONSTRAINT ck_passkey_challenge_account_known CHECK (purpose = 'sign_in' OR account_id IS NOT NULL),
    CONSTRAINT fk_passkey_challenge_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);

CREATE INDEX ix_passkey_challenge_expires_at ON casm_gate.passkey_challenge (expires_at);

CREATE TABLE casm_gate.recovery_code (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    code_sha256 BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_recovery_code PRIMARY KEY (id),
    CONSTRAINT uq_recovery_code_account_id_code_sha256 UNIQUE (account_id, code_sha256),
    CONSTRAINT ck_recovery_code_hashed CHECK (length(code_sha256) = 32),
    CONSTRAINT fk_recovery_code_account_id FOREIGN KEY(account_id) REFERENCES casm_gate.account (id)
);
