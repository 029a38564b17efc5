"""The database's wall: a viewer reads and writes its own owners' rows, whatever is asked of the database."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from casm.db.tables import (
    Agency,
    Contact,
    Fleet,
    FleetEncryption,
    History,
    Result,
    Site,
)  # fmt: skip
from casm.sharing.viewer import Viewer

ADMINISTRATOR = Viewer.local_administrator()
# Past the application's own wall, which looks once a transaction who is asking.
ALL_NAMES = text("SELECT name FROM site")


def names(session) -> list[str]:
    return sorted(session.scalars(select(Site.name)))


def test_a_viewer_reads_its_own_subtree_only(two_counties):
    with two_counties.database.session(two_counties.viewer_one) as session:
        assert names(session) == ["Tower of us.st.one"]
    with two_counties.database.session(Viewer.of_owner("state", two_counties.state)) as session:
        assert names(session) == ["Tower of us.st.one", "Tower of us.st.two"]


def test_without_a_viewer_nothing_is_seen(two_counties):
    with two_counties.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM site")) == 0
        assert connection.scalar(text("SELECT count(*) FROM owner")) == 0


def test_nothing_stays_on_a_pooled_connection(two_counties):
    database = two_counties.database
    for viewer, expected in ((two_counties.viewer_one, "one"), (two_counties.viewer_two, "two")) * 20:
        with database.session(viewer) as session:
            assert names(session) == [f"Tower of us.st.{expected}"]
        with database.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM site")) == 0


def test_a_session_that_commits_in_steps_keeps_its_viewer(two_counties):
    with two_counties.database.resumable_session(two_counties.viewer_one) as session:
        for _ in range(3):
            assert names(session) == ["Tower of us.st.one"]
            session.commit()


@pytest.mark.parametrize("tamper", ["owner", "expiry", "signature", "junk", "longer"])
def test_a_forged_context_sees_nothing(two_counties, tamper):
    seal = two_counties.database.seal
    genuine = seal.context_of(two_counties.viewer_one)
    parts = genuine.split("|")
    forged = {
        "owner": genuine.replace(str(two_counties.one), str(two_counties.two)),
        "expiry": "|".join([parts[0], str(int(parts[1]) + 1), *parts[2:]]),
        "signature": "|".join([*parts[:7], "0" * 64]),
        "junk": "anything at all",
        "longer": genuine + "|x",
    }[tamper]
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.execute(text("SELECT set_config('casm.context', :forged, true)"), {"forged": forged})
        assert session.scalars(ALL_NAMES).all() == []
        session.execute(text("SELECT set_config('casm.context', :genuine, true)"), {"genuine": genuine})
        assert session.scalars(ALL_NAMES).all() == ["Tower of us.st.one"]


def test_an_old_context_sees_nothing(two_counties):
    seal = two_counties.database.seal
    with two_counties.database.session(two_counties.viewer_one) as session:
        stale = seal.context_of(two_counties.viewer_one, now=0)
        session.execute(text("SELECT set_config('casm.context', :stale, true)"), {"stale": stale})
        assert names(session) == []


def test_the_app_cannot_read_the_seal_nor_the_closure(two_counties):
    for statement in ("SELECT * FROM casm_sec.seal", "SELECT * FROM casm.owner_closure", "TRUNCATE casm.site",
                      "DELETE FROM casm.site", "SELECT casm_sec.verified_context()", "CREATE TABLE casm.x (a int)",
                      "UPDATE casm.owner SET parent_id = NULL", "DELETE FROM casm.history",
                      "SET SESSION AUTHORIZATION casm_owner", "SET ROLE casm_owner"):  # fmt: skip
        with (
            pytest.raises((ProgrammingError, DBAPIError), match=r"permission denied|must be"),
            two_counties.database.session(ADMINISTRATOR) as session,
        ):
            session.execute(text(statement))


def test_turning_row_security_off_is_an_error_not_a_way_in(two_counties):
    with two_counties.database.resumable_session(two_counties.viewer_one) as session:
        session.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            names(session)


def test_a_viewer_writes_only_where_it_may(two_counties):
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        two_counties.database.session(two_counties.viewer_one) as session,
    ):
        session.add(Site(owner_id=two_counties.two, name="Planted"))
    with two_counties.database.session(two_counties.viewer_one) as session:
        changed = session.execute(text("UPDATE site SET remarks = 'x' RETURNING name")).scalars().all()
        assert changed == ["Tower of us.st.one"]
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        two_counties.database.session(Viewer.of_owner("reader", two_counties.one)) as session,
    ):
        session.add(Site(owner_id=two_counties.one, name="Planted"))


def test_a_row_cannot_move_to_another_owner(two_counties):
    with pytest.raises(IntegrityError, match="keeps its id"), two_counties.database.session(ADMINISTRATOR) as session:
        session.execute(text("UPDATE site SET owner_id = :two"), {"two": two_counties.two})


def test_containment_cannot_cross_owners(two_counties):
    with two_counties.database.session(ADMINISTRATOR) as session:
        foreign = session.scalar(select(Agency.id).where(Agency.owner_id == two_counties.two))
    with pytest.raises(IntegrityError), two_counties.database.session(two_counties.viewer_one) as session:
        session.add(Fleet(owner_id=two_counties.one, name="Borrowed", agency_id=foreign))


def test_the_same_name_at_another_owner_is_no_conflict_and_tells_nothing(two_counties):
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.add(Site(owner_id=two_counties.one, name="Tower of us.st.two"))


def test_side_tables_need_their_field_class(two_counties):
    owner = two_counties.one
    plain = Viewer.of_owner("plain", owner)
    full = Viewer.of_owner("full", owner, all_fields=True)
    for viewer, count in ((plain, 0), (full, 1)):
        with two_counties.database.session(viewer) as session:
            assert len(session.scalars(select(Contact)).all()) == count
            assert len(session.scalars(select(FleetEncryption)).all()) == count


def test_history_keeps_what_was_and_who_changed_it(two_counties):
    with two_counties.database.session(two_counties.viewer_one) as session:
        site = session.scalars(select(Site)).one()
        site.remarks = "new light"
    with two_counties.database.session(two_counties.viewer_one) as session:
        entry = session.scalars(select(History)).one()
        site = session.scalars(select(Site)).one()
        assert (entry.actor, entry.row_version, entry.before["remarks"], site.version) == ("one", 1, None, 2)
    with two_counties.database.session(two_counties.viewer_two) as session:
        assert session.scalars(select(History)).all() == []


def test_history_of_a_side_table_is_as_closed_as_the_table(two_counties):
    full = Viewer.of_owner("full", two_counties.one, may_write=True, all_fields=True)
    with two_counties.database.session(full) as session:
        session.scalars(select(Contact)).one().phone = "555-0100"
    with two_counties.database.session(two_counties.viewer_one) as session:
        assert session.scalars(select(History)).all() == []
    with two_counties.database.session(full) as session:
        assert session.scalars(select(History)).one().field_class == "contact"


def test_a_result_is_seen_with_the_sight_it_was_computed_with(two_counties):
    database = two_counties.database
    maker = Viewer.of_owner("maker", two_counties.state, may_write=True, all_fields=True)
    with database.session(maker) as session:
        session.add(
            Result(
                owner_id=two_counties.one, kind="interop_pair", result_key="a|b", title="pair", method="m",
                method_version="1", inputs_sha256="0" * 64, input_ids=[], field_classes=["public"],
                audience=[two_counties.one],
            )
        )  # fmt: skip
    for viewer, count in (
        (maker, 1),
        (Viewer.of_owner("another with the same sight", two_counties.state, all_fields=True), 1),
        # Who sees all of the one owner it is from, and has no answers of a sight of his own.
        (Viewer.of_owner("fewer fields", two_counties.state), 1),
        # Its rows are all of county one; but that no row of the state went in is not for the county to know.
        (two_counties.viewer_one, 0),
        (two_counties.viewer_two, 0),
    ):
        with database.session(viewer) as session:
            assert len(session.scalars(select(Result)).all()) == count, viewer.actor
            assert session.scalar(text("SELECT count(*) FROM result")) == count, viewer.actor


def test_nobody_passes_an_answer_off_as_computed_with_another_sight(two_counties):
    result = dict(
        owner_id=two_counties.one, kind="gap", result_key="g", title="t", method="m", method_version="1",
        inputs_sha256="0" * 64, input_ids=[], field_classes=["public"], audience=[two_counties.one],
    )  # fmt: skip
    maker = Viewer.of_owner("maker", two_counties.one, may_write=True)
    with two_counties.database.session(maker) as session:
        session.add(Result(**result, sight_sha256="f" * 64, sight_root_id=two_counties.two))
        session.flush()
        own = session.scalar(text("SELECT casm_sec.sight()"))
        stored = session.execute(text("SELECT sight_sha256, sight_root_id FROM result")).one()
        # Without every field class it stands for nobody's whole subtree.
        assert stored == (own, None)


def test_a_search_by_place_uses_the_index_behind_the_wall(two_counties):
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            session.scalars(
                text("EXPLAIN SELECT name FROM site WHERE position && ST_MakeEnvelope(-85, 36, -84, 37, 4326)")
            )
        )
        assert "ix_site_owner_position" in plan
        assert "&&" in plan.partition("Index Cond")[2]


def test_options_in_an_address_are_kept_beside_our_own(database_urls):
    from sqlalchemy import make_url

    from casm.db.engine import make_engine

    address = make_url(database_urls.app).update_query_dict({"options": "-c statement_timeout=4321"})
    engine = make_engine(address.render_as_string(hide_password=False))
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "4321ms"
        assert connection.scalar(text("SHOW search_path")).replace(" ", "") == "casm,casm_geo,public"
    engine.dispose()
