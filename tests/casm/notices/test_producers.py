"""What happens tells those concerned, and nobody else: grants, imports, answers withdrawn, what ends soon."""

from datetime import UTC, date, datetime, timedelta

from casm.assessments.withdrawn import tell_withdrawn
from casm.db.tables import Licence, SiteSensitive
from casm.intake.batches import FileOrigin, close_batch, open_batch
from casm.notices.ends_soon import tell_of_endings
from casm.notices.read_notices import mark_read, read_notices
from casm.sharing.grants import give_grant, revoke_grant
from casm.sharing.recipients import Recipient
from casm.sharing.shared_part import shared_part
from casm.sharing.viewer import Viewer

AS_OF = date(2026, 11, 30)


def told(world, *names):
    """Who was told what, by name; and all of it read."""
    found = {}
    for name in names:
        with world.database.session(getattr(world, name)) as session:
            found[name] = sorted(one.words for one in read_notices(session) if one.unread)
            mark_read(session)
    return found


def test_a_grant_is_told_to_who_receives_it_and_so_is_its_end(world):
    part, until = shared_part(["agency"], ["public"]), datetime.now(UTC) + timedelta(days=2)
    with world.database.session(world.mia) as session:
        to_owner = give_grant(session, world.one, part, Recipient("us.st.two", owner_id=world.two), until).id
        to_person = give_grant(
            session, world.one, part, Recipient("Ray", account_id=world.ray.principal_id, email="r@x.gov"), until
        ).id
    given = ["Records of us.st.one are shared with you"]
    assert told(world, "pam", "zoe", "ray", "mia", "ed") == {
        "pam": given, "zoe": given, "ray": given, "mia": [], "ed": [],
    }  # fmt: skip
    with world.database.session(world.mia) as session:
        revoke_grant(session, to_owner)
        revoke_grant(session, to_person)
    # Whose it was is not named to who knows nothing of that owner any more.
    unnamed = ["another owner has ended what it shared with you"]
    assert told(world, "pam", "zoe", "ray", "ed") == {
        "pam": unnamed, "zoe": unnamed,
        "ray": ["us.st.one has ended what it shared with you"], "ed": [],
    }  # fmt: skip


def test_an_import_and_withdrawn_answers_are_told_to_managers(world):
    importer = Viewer.of_owner("importer", world.one, may_write=True)
    with world.database.session(importer) as session:
        origin = FileOrigin("a.csv", "0" * 64, "csv", "us.st.one")
        batch_id, _resumed = open_batch(session, world.one, origin, "importer")
        assert close_batch(session, batch_id, "done")
        tell_withdrawn(session, importer, 3)
        tell_withdrawn(session, importer, 0)
    assert told(world, "mia", "zoe", "ed") == {
        "mia": ["3 computed answers of us.st.one were withdrawn: what they rest on has changed",
                "An import for us.st.one has finished: 0 taken, 0 reported"],
        "zoe": [], "ed": [],
    }  # fmt: skip


def test_what_ends_soon_is_told_once_to_who_decides_about_it(world):
    with world.database.session(world.admin) as session:
        session.add_all([
            Licence(owner_id=world.one, call_sign="WAAA001", expires_on=date(2027, 2, 28)),
            Licence(owner_id=world.one, call_sign="WAAA002", expires_on=date(2027, 3, 1)),
            Licence(owner_id=world.two, call_sign="WAAA003", expires_on=date(2026, 11, 30)),
            SiteSensitive(owner_id=world.two, site_id=world.foreign, lease_end_on=date(2026, 12, 24)),
        ])  # fmt: skip
    for expected in ({"mia": ["WAAA001 ends on 2027-02-28"],
                      "zoe": ["WAAA003 ends on 2026-11-30",
                              "access, power and lease of Other tower ends on 2026-12-24"], "ed": []},
                     {"mia": [], "zoe": [], "ed": []}):  # fmt: skip
        with world.database.session(world.admin) as session:
            assert tell_of_endings(session, AS_OF) == 3
        assert told(world, "mia", "zoe", "ed") == expected
