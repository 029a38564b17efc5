-- How texts and figures become words, the same for what is on record and for what is asked for.

-- Lower case, without accents and apostrophes, cut at everything that is neither letter nor digit.
CREATE FUNCTION casm_sec.search_chunks(value text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    folded text := lower(left(value, 400));
BEGIN
    IF folded ~ '[^\u0001-\u007f]' THEN
        folded := translate(lower(normalize(folded, NFKD)), 'øłđðı’ʼ', 'olddi''''');
        folded := regexp_replace(folded, '[\u0300-\u036f]', '', 'g');
    END IF;
    folded := btrim(regexp_replace(replace(folded, '''', ''), '[^a-z0-9\u00aa-\uffff]+', ' ', 'g'));
    RETURN CASE WHEN folded = '' THEN '{}' ELSE string_to_array(folded, ' ') END;
END $$;

-- The words that a value is found by. Of a text: each chunk; the whole written as one; two chunks written as one where
-- a digit is in them, as VTAC 12; a chunk without the digits before it, as TAC94 in 8TAC94; each without leading
-- zeros. Of a frequency: its hertz, and the kilohertz after the point of its megahertz. Of a number: decimal and hex.
CREATE FUNCTION casm_sec.search_words(kind text, value text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chunks text[];
    found text[];
    chunk text;
    many integer;
BEGIN
    IF kind = 'hz' THEN
        RETURN ARRAY['#' || lpad(value, 12, '0'), '.' || lpad(right(value, 6), 6, '0')];
    ELSIF kind = 'number' THEN
        RETURN ARRAY[value, '$' || to_hex(value::bigint)];
    END IF;
    chunks := casm_sec.search_chunks(value);
    many := least(cardinality(chunks), CASE kind WHEN 'name' THEN 12 ELSE 40 END);
    IF many = 0 THEN
        RETURN '{}';
    END IF;
    IF many = 1 AND chunks[1] !~ '[0-9]' THEN
        RETURN ARRAY[left(chunks[1], 48)];
    END IF;
    found := chunks[1:many];
    IF kind = 'name' AND many > 1 THEN
        found := found || array_to_string(chunks[1:many], '');
    END IF;
    IF value ~ '[0-9]' THEN
        FOR n IN 1..many LOOP
            chunk := chunks[n];
            IF chunk ~ '^[0-9]+[^0-9]..' THEN
                found := found || ltrim(chunk, '0123456789');
            END IF;
            IF n < many AND chunk || chunks[n + 1] ~ '[0-9]' AND length(chunk || chunks[n + 1]) <= 24 THEN
                found := found || (chunk || chunks[n + 1]);
            END IF;
        END LOOP;
        IF value ~ '(^|[^0-9])0[0-9]' THEN
            found := found || ARRAY(SELECT regexp_replace(f, '(^|[^0-9])0+([0-9])', '\1\2', 'g') FROM unnest(found) f);
        END IF;
    END IF;
    RETURN ARRAY(SELECT DISTINCT left(f, 48) FROM unnest(found) f);
END $$;

-- What a word shares with every word one typing error away (a letter left out, added, changed, or two changed round):
-- itself and itself without any one letter; and with words of the same consonants. Empty for words too short or long.
CREATE FUNCTION casm_sec.search_variants(word text) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bones text;
    found bigint[];
BEGIN
    IF length(word) NOT BETWEEN 4 AND 20 OR word ~ '^[#.$]' THEN
        RETURN '{}';
    END IF;
    found := ARRAY(SELECT DISTINCT hashtextextended(left(word, n - 1) || substr(word, n + 1), 0)
                   FROM generate_series(1, length(word) + 1) n);
    IF word ~ '^[a-z]+$' THEN
        bones := left(word, 1) || regexp_replace(translate(substr(word, 2), 'aeiouyh', ''), '(.)\1+', '\1', 'g');
        IF length(bones) >= 3 THEN
            found := found || hashtextextended('~' || bones, 0);
        END IF;
    END IF;
    RETURN found;
END $$;
