-- The schemas: casm holds the tables, casm_sec the wall, casm_geo the map operators that the wall can trust.
CREATE SCHEMA casm;
CREATE SCHEMA casm_sec;
CREATE SCHEMA casm_geo;
ALTER SCHEMA casm OWNER TO casm_owner;
ALTER SCHEMA casm_sec OWNER TO casm_owner;
GRANT USAGE ON SCHEMA casm, casm_sec, casm_geo TO casm_owner, casm_app, casm_backup;
