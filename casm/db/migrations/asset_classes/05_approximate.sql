-- Squares of the new classes that have a place. Frozen.
CREATE OR REPLACE FUNCTION casm_sec.approximate_places()
    RETURNS TABLE (asset_class text, id uuid, owner_id uuid, cell public.geometry, precision_m integer, sensitivity text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ladder text[] := ARRAY['public', 'partner', 'internal', 'restricted'];
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
            UNION ALL SELECT 'dispatch_center', t.id, t.owner_id, t.position, t.sensitivity, t.status FROM casm.dispatch_center t
            UNION ALL SELECT 'mobile_comm_vehicle', t.id, t.owner_id, t.position, t.sensitivity, t.status
                FROM casm.mobile_comm_vehicle t
            UNION ALL SELECT 'comm_unit_member', t.id, t.owner_id, t.position, t.sensitivity, t.status
                FROM casm.comm_unit_member t
            UNION ALL SELECT 'station', t.id, t.owner_id, p.position,
                   (ladder)[greatest(array_position(ladder, t.sensitivity::text),
                                     array_position(ladder, p.sensitivity::text))], t.status
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
