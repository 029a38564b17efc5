"""Findings of a whole inventory: each planted fault is found, nothing else, and only by who sees the record."""

from datetime import date

import pytest

from casm.quality.catalogue import RULES
from casm.quality.run import count_findings, find, find_of_record

AS_OF = date(2026, 11, 22)
# Of a record just made: nobody was asked to fill in what the planted faults do not need.
NOT_PLANTED = ("missing",)


def found(world, viewer, **scope):
    with world.database.session(viewer) as session:
        return list(find(session, as_of=AS_OF, **scope))


def told(findings, record_id):
    return {(one.rule, one.doubt.about) for one in findings if one.record_id == record_id}


def test_every_planted_fault_is_found_and_nothing_else(module_world):
    findings = found(module_world, module_world.admin)
    for name, record_id in module_world.ids.items():
        wanted = module_world.expected[record_id]
        said = {one for one in told(findings, record_id) if one[0] not in NOT_PLANTED or one in wanted}
        assert said == wanted, name


def test_findings_are_those_of_the_subtree_asked_for(module_world):
    whole = found(module_world, module_world.admin, owner_id=module_world.state)
    one = found(module_world, module_world.admin, owner_id=module_world.one)
    two = found(module_world, module_world.admin, owner_id=module_world.two)
    assert {finding.owner_id for finding in two} == {module_world.two}
    assert sorted(map(str, whole)) == sorted(map(str, one + two))


def test_whoever_does_not_see_a_record_is_told_nothing_of_it(module_world):
    assert {finding.owner_id for finding in found(module_world, module_world.editor_two)} == {module_world.two}
    assert found(module_world, module_world.editor_two, owner_id=module_world.one) == []
    editor, clerk = found(module_world, module_world.editor_one), found(module_world, module_world.clerk_one)
    lease = ("expiry", "lease")
    assert lease in {(one.rule, one.doubt.about) for one in editor}
    assert lease not in {(one.rule, one.doubt.about) for one in clerk}
    assert {one.field_class for one in clerk} == {"public"}
    with module_world.database.session(module_world.editor_two) as session:
        assert find_of_record(session, "channel", module_world.ids["VTAC36"], as_of=AS_OF) == []


@pytest.mark.parametrize("name", ["VTAC36", "OLD WIDE", "Wrong County", "Cross Mountain VHF", "WQXY123"])
def test_one_record_alone_is_told_the_same(module_world, name):
    record_id = module_world.ids[name]
    findings = [one for one in found(module_world, module_world.admin) if one.record_id == record_id]
    with module_world.database.session(module_world.admin) as session:
        assert find_of_record(session, findings[0].record_class, record_id, as_of=AS_OF) == findings


def test_counts_are_of_the_same_findings(module_world):
    findings = found(module_world, module_world.admin)
    with module_world.database.session(module_world.admin) as session:
        counts = count_findings(session, as_of=AS_OF)
    assert counts.total == len(findings)
    assert counts.of("error") == sum(one.doubt.severity == "error" for one in findings) > 0
    assert counts.by_class["channel"] == sum(one.record_class == "channel" for one in findings)


def test_a_finding_rests_on_what_it_was_compared_with(module_world):
    findings = found(module_world, module_world.admin)
    (position,) = (one for one in findings if (one.rule, one.doubt.about) == ("licensed", "position"))
    assert {name for name, _, _ in position.looked_at} == {"station", "licence", "site"}
    assert len({one.key for one in findings}) == len(findings)


def test_every_rule_has_a_source_and_a_title():
    for rule in RULES.values():
        assert len(rule.source) > 20, rule.name
        assert rule.title
