-- One index of words for all records, so that a search needs no operator that row security must hold back.
-- A shelf is what one right opens: the rows of one owner, of one asset class and field class. Every look-up begins with
-- the shelves that the asker may read, which the policies below say, and goes on by equality or range of text in byte
-- order, or of integers: these are leakproof, so the index is walked within the asker's shelves and nowhere else.

-- Which columns are searched, and how. The program states it (casm.search.enrol), as its classes say.
CREATE TABLE casm_sec.search_scope (
    scope integer PRIMARY KEY CHECK (scope BETWEEN 1 AND 255),
    asset_class text NOT NULL,
    field_class text NOT NULL,
    UNIQUE (asset_class, field_class)
);

CREATE TABLE casm_sec.search_field (
    field smallint PRIMARY KEY,
    table_name text NOT NULL,
    column_name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('name', 'text', 'texts', 'hz', 'number', 'members')),
    scope integer NOT NULL REFERENCES casm_sec.search_scope (scope),
    UNIQUE (table_name, column_name)
);

CREATE TABLE casm_sec.search_owner (
    owner_id uuid PRIMARY KEY,
    number integer NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE CHECK (number < 8388608)
);

-- Shelves that hold something. Two rows for one shelf do no harm, and nobody waits for another to make one.
CREATE TABLE casm_sec.search_shelf (
    shelf_id integer NOT NULL,
    owner_id uuid NOT NULL,
    scope integer NOT NULL
);
CREATE INDEX ix_search_shelf_owner_id ON casm_sec.search_shelf (owner_id, scope);

CREATE TABLE casm_sec.search_entry (
    shelf_id integer NOT NULL,
    field smallint NOT NULL,
    record_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL
);
CREATE INDEX ix_search_entry_shelf_id_word ON casm_sec.search_entry (shelf_id, word);
CREATE INDEX ix_search_entry_record_id ON casm_sec.search_entry (record_id);

-- The words of a shelf by their neighbourhood: two words with one typing error between them share a variant. A word
-- stays when its last record changes; it then leads nowhere, and goes when the index is rebuilt.
CREATE TABLE casm_sec.search_variant (
    shelf_id integer NOT NULL,
    variant bigint NOT NULL,
    word text COLLATE "C" NOT NULL
);
CREATE INDEX ix_search_variant_shelf_id_variant ON casm_sec.search_variant (shelf_id, variant);

-- Statistics would tell of others' words through EXPLAIN, as 0001 explains.
ALTER TABLE casm_sec.search_entry ALTER COLUMN shelf_id SET STATISTICS 0, ALTER COLUMN field SET STATISTICS 0,
    ALTER COLUMN word SET STATISTICS 0;
ALTER TABLE casm_sec.search_variant ALTER COLUMN shelf_id SET STATISTICS 0, ALTER COLUMN variant SET STATISTICS 0,
    ALTER COLUMN word SET STATISTICS 0;

-- Scope before owner, so that what a search finds first is not all of one owner.
CREATE FUNCTION casm_sec.search_shelf_id(scope integer, owner_number integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN scope * 8388608 + owner_number;

-- The same owners as casm_sec.visible_owners() names for each scope, in one go.
CREATE FUNCTION casm_sec.visible_shelves() RETURNS integer[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT h.shelf_id), '{}')
            FROM casm_sec.scopes() s JOIN casm.owner_closure c ON c.ancestor_id = s.root_id
            JOIN casm_sec.search_shelf h ON h.owner_id = c.descendant_id
            JOIN casm_sec.search_scope p ON p.scope = h.scope
            WHERE s.precision_m = 0 AND s.via <> 'program writes' AND p.field_class = ANY (s.field_classes)
              AND (s.asset_classes IS NULL OR p.asset_class = ANY (s.asset_classes)));
END $$;

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['search_owner', 'search_shelf', 'search_entry', 'search_variant'] LOOP
        EXECUTE format('ALTER TABLE casm_sec.%I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE casm_sec.%I FORCE ROW LEVEL SECURITY', walled);
        -- The database itself keeps them, by the triggers on owners and records.
        EXECUTE format('CREATE POLICY keeps ON casm_sec.%I TO casm_owner USING (true) WITH CHECK (true)', walled);
    END LOOP;
END $$;
CREATE POLICY reads ON casm_sec.search_entry FOR SELECT TO casm_app, casm_wide
    USING (shelf_id = ANY ((SELECT casm_sec.visible_shelves())::integer[]));
CREATE POLICY reads ON casm_sec.search_variant FOR SELECT TO casm_app, casm_wide
    USING (shelf_id = ANY ((SELECT casm_sec.visible_shelves())::integer[]));
GRANT SELECT ON casm_sec.search_entry, casm_sec.search_variant, casm_sec.search_field TO casm_app;
GRANT SELECT ON casm_sec.search_scope, casm_sec.search_field, casm_sec.search_owner, casm_sec.search_shelf,
    casm_sec.search_entry, casm_sec.search_variant TO casm_backup;
