-- Fewer and cheaper variants, and words in less time.

-- The same chunks as before. Nearly all that is on record is plain, which one look tells.
CREATE OR REPLACE FUNCTION casm_sec.search_chunks(value text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    folded text := lower(left(value, 400));
BEGIN
    IF folded ~ '[^a-z0-9 ]' THEN
        IF octet_length(folded) <> length(folded) THEN
            folded := translate(lower(normalize(folded, NFKD)), 'øłđðı’ʼ', 'olddi''''');
            folded := regexp_replace(folded, '[\u0300-\u036f]', '', 'g');
        END IF;
        folded := regexp_replace(replace(folded, '''', ''), '[^a-z0-9\u00aa-\uffff]+', ' ', 'g');
    END IF;
    RETURN array_remove(string_to_array(folded, ' '), '');
END $$;

-- A word's consonants, of words made of letters; NULL of others and of too few.
CREATE FUNCTION casm_sec.search_bones(word text) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    bones text;
BEGIN
    IF word ~ '[^a-z]' THEN
        RETURN NULL;
    END IF;
    bones := left(word, 1) || regexp_replace(translate(substr(word, 2), 'aeiouyh', ''), '(.)\1+', '\1', 'g');
    RETURN CASE WHEN length(bones) >= 3 THEN hashtextextended('~' || bones, 0) END;
END $$;

-- How many parts a word of some size is cut into, of two letters each as far as that goes, so that even where a part is
-- one of digits few words differ in it alone.
CREATE FUNCTION casm_sec.search_parts(size integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN least(greatest(4, (size + 1) / 2), 7);

-- What a word is found by in spite of a typing error: it is cut into parts, and any one of them left out, as an error
-- stands in one of them. A row for each part, where leaving out each letter took one for each letter; the hashes of the
-- typed word, which are not kept, make up for it. And its consonants.
CREATE OR REPLACE FUNCTION casm_sec.search_variants(word text) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    size integer := length(word);
    parts integer;
    found bigint[] := '{}';
BEGIN
    IF size NOT BETWEEN 4 AND 20 OR left(word, 1) IN ('#', '.', '$') THEN
        RETURN found;
    END IF;
    parts := casm_sec.search_parts(size);
    FOR n IN 0..parts - 1 LOOP
        found[n + 1] := hashtextextended(
            size || left(word, size * n / parts) || '|' || substr(word, size * (n + 1) / parts + 1), 0);
    END LOOP;
    IF word ~ '[^a-z]' THEN
        RETURN found;
    END IF;
    RETURN array_remove(found || casm_sec.search_bones(word), NULL);
END $$;

-- What a typed word is looked up by: each part left out, of words of its length, one shorter and one longer; and two
-- neighbours changed round where they stand in two parts.
CREATE FUNCTION casm_sec.search_probes(word text) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    size integer := length(word);
    parts integer;
    cut integer;
    next_cut integer;
    found bigint[] := '{}';
    turned text;
BEGIN
    IF size NOT BETWEEN 4 AND 21 OR left(word, 1) IN ('#', '.', '$') THEN
        RETURN '{}';
    END IF;
    FOR meant IN greatest(size - 1, 4)..least(size + 1, 20) LOOP
        parts := casm_sec.search_parts(meant);
        FOR n IN 0..parts - 1 LOOP
            cut := meant * n / parts;
            next_cut := meant * (n + 1) / parts;
            found := found
                || hashtextextended(meant || left(word, cut) || '|' || right(word, meant - next_cut), 0);
            IF meant = size AND n > 0 THEN
                turned := overlay(word placing substr(word, cut + 1, 1) || substr(word, cut, 1) FROM cut FOR 2);
                found := found || hashtextextended(size || '|' || substr(turned, size / parts + 1), 0);
            END IF;
        END LOOP;
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT p FROM unnest(found || casm_sec.search_bones(word)) p WHERE p IS NOT NULL);
END $$;

REVOKE ALL ON FUNCTION casm_sec.search_bones(text), casm_sec.search_probes(text), casm_sec.search_parts(integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casm_sec.search_bones(text), casm_sec.search_probes(text), casm_sec.search_parts(integer)
    TO casm_app;
