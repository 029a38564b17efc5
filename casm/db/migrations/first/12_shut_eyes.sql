-- What PostgreSQL and PostGIS let any role ask about rows and sessions that are not its own. Needs a superuser.
-- Every session works as casm_app, so the list of activity would show it the other viewers' statements and contexts.
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_stat_get_activity(integer),
    pg_catalog.pg_stat_get_backend_activity(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_get_activity(integer),
    pg_catalog.pg_stat_get_backend_activity(integer) TO pg_read_all_stats;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_cancel_backend(integer),
    pg_catalog.pg_terminate_backend(integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_cancel_backend(integer),
    pg_catalog.pg_terminate_backend(integer, bigint) TO pg_signal_backend;
-- Large objects have no owner in our sense, and anyone may make them.
REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),
    pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;
-- These read indexes and statistics, which know nothing of row security: the extent of everybody's places.
DO $$
DECLARE
    named regprocedure;
BEGIN
    FOR named IN
        SELECT oid FROM pg_proc WHERE proname IN (
            'st_estimatedextent', '_postgis_stats', '_postgis_selectivity', '_postgis_join_selectivity',
            '_postgis_index_extent')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', named);
    END LOOP;
END $$;
