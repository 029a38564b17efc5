-- Places shared at a reduced precision. A cell of a fixed grid stands for everything in it, so that asking again tells
-- no more; name, call sign and licence are left out, since they lead to the exact place in public registers.
CREATE FUNCTION casm_sec.grid_cell(place public.geometry, step_m integer) RETURNS public.geometry
    LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Metres of one degree of a meridian, mean of WGS 84 (NIMA TR8350.2, 3rd edition: a = 6378137 m, 1/f = 298.257223563).
    step_lat_deg double precision := step_m / 111132.95;
    south_deg double precision := floor(public.st_y(place) / step_lat_deg) * step_lat_deg;
    step_lon_deg double precision :=
        step_m / (111319.49 * greatest(cos(radians(greatest(abs(south_deg), abs(south_deg + step_lat_deg)))), 0.01));
    west_deg double precision := floor(public.st_x(place) / step_lon_deg) * step_lon_deg;
BEGIN
    RETURN public.st_makeenvelope(west_deg, south_deg, west_deg + step_lon_deg, south_deg + step_lat_deg, 4326);
END $$;

CREATE FUNCTION casm_sec.approximate_places()
    RETURNS TABLE (asset_class text, id uuid, owner_id uuid, cell public.geometry, precision_m integer, sensitivity text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        WITH rough AS (
            SELECT s.root_id, s.asset_classes, s.precision_m, a.area
            FROM casm_sec.scopes() s LEFT JOIN casm_sec.scope_areas() a ON a.via_id = s.via_id
            WHERE s.precision_m > 0
        ), placed AS (
            SELECT 'site'::text AS class, t.id, t.owner_id, t.position AS place, t.sensitivity, t.status FROM casm.site t
            UNION ALL SELECT 'gateway', t.id, t.owner_id, t.position, t.sensitivity, t.status FROM casm.gateway t
            UNION ALL SELECT 'radio_cache', t.id, t.owner_id, t.position, t.sensitivity, t.status FROM casm.radio_cache t
            UNION ALL SELECT 'agency', t.id, t.owner_id, t.headquarters, t.sensitivity, t.status FROM casm.agency t
            UNION ALL SELECT 'station', t.id, t.owner_id, p.position, t.sensitivity, t.status
                FROM casm.station t JOIN casm.site p ON p.owner_id = t.site_owner_id AND p.id = t.site_id
                WHERE p.owner_id = t.owner_id
        )
        SELECT DISTINCT ON (p.class, p.id) p.class, p.id, p.owner_id, casm_sec.grid_cell(p.place, r.precision_m),
               r.precision_m, p.sensitivity::text
        FROM rough r JOIN casm.owner_closure c ON c.ancestor_id = r.root_id
        JOIN placed p ON p.owner_id = c.descendant_id AND p.class = ANY (r.asset_classes)
        WHERE p.place IS NOT NULL AND p.status <> 'retired'
          AND (r.area IS NULL OR public.st_intersects(p.place, r.area))
          AND NOT (p.owner_id = ANY (casm_sec.visible_owners(p.class, 'public')))
        ORDER BY p.class, p.id, r.precision_m;
END $$;
