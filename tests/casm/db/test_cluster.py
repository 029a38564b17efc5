"""The embedded server answers with PostGIS, over its socket only."""


def test_server_has_safe_settings_and_no_network_port(database_server):
    with database_server.connect() as connection, connection.cursor() as cursor:
        for name, wanted in (
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
            ("data_checksums", "on"),
            ("listen_addresses", ""),
            ("server_encoding", "UTF8"),
        ):
            cursor.execute("SELECT current_setting(%s)", (name,))
            assert cursor.fetchone() == (wanted,), name
