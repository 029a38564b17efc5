"""Sharing: memberships, grants and share links decide what each viewer sees."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"

SHARING = Path(__file__).parent.parent / "sharing"

# Frozen with this migration: table → (asset class, field class).
GUARDED = {
    "jurisdiction": ("jurisdiction", "public"),
    "agency": ("agency", "public"),
    "contact": ("contact", "contact"),
    "site": ("site", "public"),
    "licence": ("licence", "public"),
    "radio_system": ("radio_system", "public"),
    "system_peer": ("radio_system", "public"),
    "channel": ("channel", "public"),
    "talkgroup": ("talkgroup", "public"),
    "resource_encryption": ("channel", "encryption"),
    "station": ("station", "public"),
    "station_frequency": ("station", "public"),
    "fleet": ("fleet", "public"),
    "fleet_encryption": ("fleet", "encryption"),
    "template": ("fleet", "public"),
    "template_slot": ("fleet", "public"),
    "radio_cache": ("radio_cache", "public"),
    "gateway": ("gateway", "public"),
    "gateway_port": ("gateway", "public"),
    "backhaul_link": ("backhaul_link", "public"),
    "microwave_path": ("backhaul_link", "public"),
    "link_carries_system": ("backhaul_link", "public"),
    "agreement": ("agreement", "public"),
    "agreement_party": ("agreement", "public"),
    "agreement_asset": ("agreement", "public"),
    "need": ("need", "public"),
    "need_party": ("need", "public"),
}
GEOMETRIES = {
    "jurisdiction": ("area",),
    "agency": ("headquarters", "service_area"),
    "site": ("position",),
    "channel": ("restricted_to",),
    "radio_cache": ("position",),
    "gateway": ("position",),
    "need": ("place",),
}
# True of every row (a check says so), and said by nobody else.
EVERY_ROW = "version > 0"
# Read by the database's own functions: to snap places, and to see whether an owner has any.
SNAPPED = ("site", "gateway", "radio_cache", "agency", "station", "jurisdiction", "channel", "need")
LAYERS = {
    "coverage": ("station_coverage", "system_coverage", "direct_reach"),
    "interoperability": ("interop_pair", "interop_group"),
    "gap": ("gap",),
}
FIELD_CLASSES = ("public", "sensitive", "encryption", "contact")
FOR_EVERYONE = (
    "visible_owners(text, text)", "member_owners(text, text)", "writable_owners(text, text)", "sees_everything()",
    "managed_owners()", "audit_owners()", "computing_owners()", "grants_in_use()", "scopes()", "scope_areas()",
    "sight()", "sight_root()", "subtree(uuid, boolean)", "approximate_places()", "account_id()", "origin()",
)  # fmt: skip


def upgrade() -> None:
    """Tables and functions, then every policy anew by owner, class and field class."""
    superuser = op.get_bind().scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    for name in ("01_tables.sql", "02_scopes.sql", "03_approximate.sql", "20_recipients.sql", "21_who_sees.sql"):
        run(name)
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA casm_sec FROM PUBLIC")
    op.execute(
        f"GRANT EXECUTE ON FUNCTION {', '.join('casm_sec.' + name for name in FOR_EVERYONE)} "
        "TO casm_app, casm_wide, casm_backup"
    )
    guard_sharing()
    for table, (asset_class, field_class) in GUARDED.items():
        guard(table, asset_class, field_class)
    guard_records_of_work()
    guard_results()
    guard_owners()
    search_by_place_alone(own_class=bool(superuser))
    for table in ("membership", "sharing_grant", "share_link"):
        keep_no_statistics(table)
    op.execute("GRANT SELECT ON membership, sharing_grant, share_link TO casm_backup")
    op.execute("RESET ROLE")


def run(name: str) -> None:
    """Execute one frozen SQL file."""
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute((SHARING / name).read_text(encoding="utf-8"))


def among(function: str, *arguments: str) -> str:
    """A row's owner is one of those a function names, which is asked once a statement."""
    given = ", ".join(f"'{argument}'" for argument in arguments)
    return f"owner_id = ANY ((SELECT casm_sec.{function}({given}))::uuid[])"


def policy(name: str, table: str, verb: str, using: str = "", check: str = "", to: str = "PUBLIC") -> None:
    """Lay one policy in place of the one of its name."""
    op.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
    parts = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    op.execute(f"CREATE POLICY {name} ON {table} FOR {verb} TO {to}{parts}")


def guard(table: str, asset_class: str, field_class: str) -> None:
    """Read and write by owner, class and field class; who sees everything searches by place alone."""
    visible = among("visible_owners", asset_class, field_class)
    writable = among("writable_owners", asset_class, field_class)
    if table in GEOMETRIES:
        policy("reads", table, "SELECT", visible, to="casm_app")
        everything = f"(SELECT casm_sec.sees_everything()) AND {EVERY_ROW}"
        policy("reads_everything", table, "SELECT", everything, to="casm_wide")
    else:
        policy("reads", table, "SELECT", visible, to="casm_app, casm_wide")
    if table in SNAPPED:
        policy("snaps", table, "SELECT", "true", to="casm_owner")
    policy("adds", table, "INSERT", check=writable)
    policy("changes", table, "UPDATE", writable, writable)
    policy("removes", table, "DELETE", writable)


def guard_sharing() -> None:
    """Memberships, grants and links: for who rules the owner, and for whom they are about; the database reads all."""
    managed = among("managed_owners")
    for table in ("membership", "sharing_grant", "share_link"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        policy("derives", table, "SELECT", "true", to="casm_owner")
        policy("adds", table, "INSERT", check=managed)
        policy("changes", table, "UPDATE", managed, managed)
    policy("reads", "membership", "SELECT", f"{managed} OR account_id = (SELECT casm_sec.account_id())")
    in_use = "id = ANY ((SELECT casm_sec.grants_in_use())::uuid[])"
    policy("reads", "sharing_grant", "SELECT", f"{managed} OR {in_use}")
    policy("reads", "share_link", "SELECT", f"{managed} OR {in_use}")
    op.execute("GRANT SELECT, INSERT ON membership, sharing_grant TO casm_app, casm_wide")
    op.execute("GRANT UPDATE (ended_at, ended_by) ON membership TO casm_app, casm_wide")
    op.execute("GRANT UPDATE (revoked_at, revoked_by) ON sharing_grant, share_link TO casm_app, casm_wide")
    op.execute("GRANT INSERT ON share_link TO casm_app, casm_wide")
    # Neither the token's hash nor the password's can be read back by the program's role.
    shown = (
        "id, owner_id, title, asset_classes, field_classes, area, precision_m, expires_at, view_count, last_viewed_at, "
        "made_by, created_at, revoked_at, revoked_by"
    )
    op.execute(f"GRANT SELECT ({shown}) ON share_link TO casm_app, casm_wide")
    # The gate opens links before there is a viewer, and needs to know who belongs where.
    policy("opens", "share_link", "SELECT", "true", to="casm_gate")
    policy("counts", "share_link", "UPDATE", "true", "true", to="casm_gate")
    policy("knows", "membership", "SELECT", "true", to="casm_gate")
    op.execute("GRANT USAGE ON SCHEMA casm TO casm_gate")
    op.execute("GRANT SELECT ON share_link, membership TO casm_gate")
    op.execute("GRANT UPDATE (view_count, last_viewed_at) ON share_link TO casm_gate")


def guard_records_of_work() -> None:
    """History by the class of its table, work in progress by membership: neither is ever shared."""
    by_table = " OR ".join(
        f"(table_name = '{table}' AND {among('member_owners', asset_class, 'public')}"
        f" AND (field_class = 'public' OR {among('member_owners', asset_class, field_class)}))"
        for table, (asset_class, field_class) in GUARDED.items()
    )
    policy("reads", "history", "SELECT", by_table)
    for name in ("adds", "changes", "removes"):
        op.execute(f"DROP POLICY IF EXISTS {name} ON history")
    member = among("member_owners", "work", "public")
    own_class = " AND (field_class = 'public' OR field_class = ANY ((SELECT casm_sec.field_classes())::text[]))"
    computing = among("computing_owners")
    policy("reads", "import_batch", "SELECT", member)
    policy("reads", "import_problem", "SELECT", member + own_class)
    policy("reads", "job", "SELECT", f"{member} OR requested_by = (SELECT casm_sec.actor())")
    policy("adds", "job", "INSERT", check=computing)
    policy("changes", "job", "UPDATE", computing, computing)
    policy("removes", "job", "DELETE", computing)


def guard_results() -> None:
    """A result is for who has the very sight it was computed with, or sees this layer of the one owner it is from.

    Results of before this migration have no sight, so nobody sees them until they are computed anew.
    """
    op.execute("ALTER TABLE result ADD COLUMN sight_sha256 VARCHAR, ADD COLUMN sight_root_id UUID")
    op.execute("ALTER TABLE result ALTER COLUMN sight_sha256 SET STATISTICS 0")
    op.execute("DROP INDEX uq_result_kind_result_key")
    op.execute(
        "CREATE UNIQUE INDEX uq_result_kind_result_key_sight_sha256 ON result "
        "(owner_id, kind, result_key, sight_sha256) WHERE status <> 'retired'"
    )
    op.execute(
        "CREATE TRIGGER stamp_sight BEFORE INSERT OR UPDATE ON result "
        "FOR EACH ROW EXECUTE FUNCTION casm_sec.stamp_sight()"
    )
    per_layer = []
    for layer, kinds in LAYERS.items():
        owners = f"(SELECT casm_sec.visible_owners('{layer}', 'public'))::uuid[]"
        seen = [f"sight_root_id = ANY ({owners})", f"audience <@ {owners}"]
        seen += [
            f"('{field_class}' <> ALL (field_classes) OR "
            f"audience <@ (SELECT casm_sec.visible_owners('{layer}', '{field_class}'))::uuid[])"
            for field_class in FIELD_CLASSES[1:]
        ]
        named = ", ".join(f"'{kind}'" for kind in kinds)
        per_layer.append(f"(kind::text IN ({named}) AND {' AND '.join(seen)})")
    reads = f"sight_sha256 = (SELECT casm_sec.sight()) OR {' OR '.join(per_layer)}"
    computing = among("computing_owners")
    own = f"{computing} AND sight_sha256 = (SELECT casm_sec.sight())"
    policy("reads", "result", "SELECT", reads)
    policy("adds", "result", "INSERT", check=computing)
    policy("changes", "result", "UPDATE", own, computing)
    policy("removes", "result", "DELETE", own)
    policy("reads", "result_layer", "SELECT", "EXISTS (SELECT FROM result WHERE result.id = result_layer.result_id)")
    policy("adds", "result_layer", "INSERT", check=computing)
    policy("changes", "result_layer", "UPDATE", computing, computing)
    policy("removes", "result_layer", "DELETE", computing)


def guard_owners() -> None:
    """The tree grows and is renamed by who rules it."""
    policy("adds", "owner", "INSERT", check="parent_id = ANY ((SELECT casm_sec.managed_owners())::uuid[])")
    policy("changes", "owner", "UPDATE", "id = ANY ((SELECT casm_sec.managed_owners())::uuid[])")
    policy("directs", "owner", "SELECT", "true", to="casm_owner, casm_gate")
    op.execute("GRANT SELECT ON owner, owner_closure TO casm_gate")


def search_by_place_alone(*, own_class: bool) -> None:
    """Indexes without the owner, for viewers from whom nothing is hidden, and for nobody else.

    Were they open to all, the planner would walk rows of others for a narrow viewer too, for anyone to time. So they
    are partial, and only the policy of casm_wide says the condition that they ask for.
    """
    operator_class = "casm_geo.gist_geometry_ops" if own_class else "gist_geometry_ops_2d"
    for table, columns in GEOMETRIES.items():
        for column in columns:
            op.execute(
                f"CREATE INDEX ix_{table}_{column}_alone ON {table} USING gist ({column} {operator_class}) "
                f"WHERE {EVERY_ROW}"
            )


def keep_no_statistics(table: str) -> None:
    """No statistics but of references by id, as 0001 explains."""
    told = op.get_bind().execute(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 "
            "AND NOT attisdropped AND NOT (atttypid = 'uuid'::regtype AND attname LIKE '%\\_id' "
            "AND attname NOT LIKE '%owner\\_id')"
        ),
        {"name": table},
    )
    for row in told.all():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {row.attname} SET STATISTICS 0")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
