-- The units in which a person reads and types: told on the account's own page, nothing where none was chosen.
ALTER TABLE casm_gate.account
    ADD COLUMN length_units VARCHAR DEFAULT '' NOT NULL,
    ADD COLUMN gain_unit VARCHAR DEFAULT '' NOT NULL,
    ADD COLUMN position_notation VARCHAR DEFAULT '' NOT NULL,
    ADD CONSTRAINT ck_account_length_units_known CHECK (length_units IN ('', 'us', 'metric')),
    ADD CONSTRAINT ck_account_gain_unit_known CHECK (gain_unit IN ('', 'dBi', 'dBd')),
    ADD CONSTRAINT ck_account_position_notation_known CHECK (position_notation IN ('', 'dms', 'usng'));
