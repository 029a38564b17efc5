"""`casm quality`: what is doubtful in the records, with the reason, the figures and the mend of each finding."""

import json
from datetime import datetime
from typing import Any

import click

from casm.commands.handling import opened_database, owner_of_code
from casm.commands.terminal import tell
from casm.db.server import DATABASE
from casm.editing.record_class import is_record_class
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.quality.catalogue import RULES
from casm.quality.doubt import SEVERITIES
from casm.quality.finding import Finding
from casm.quality.run import Counts, add, find
from casm.sharing.viewer import Viewer


@click.command(name="quality")
@click.option("--owner", "owner_code", help="Only records of this owner and those below it, as us.tn.campbell.")
@click.option("--rule", "rules", multiple=True, type=click.Choice(sorted(RULES)), help="Only this rule; repeatable.")
@click.option("--class", "classes", multiple=True, help="Only this class of record, as channel; repeatable.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only findings as grave as this, and graver.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Look at it as on this day, YYYY-MM-DD.")
@click.option("--count", "only_counts", is_flag=True, help="Only how many there are by rule.")
@click.option("--json", "as_json", is_flag=True, help="One finding a line, as JSON.")
@click.option("--sources", is_flag=True, help="Every rule with its source, and nothing else.")
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")
def command(
    owner_code: str | None,
    rules: tuple[str, ...],
    classes: tuple[str, ...],
    severity: str | None,
    as_of: datetime | None,
    only_counts: bool,
    as_json: bool,
    sources: bool,
    database: str,
) -> None:
    """Findings on the records: what is doubtful, why, by which figures, after which source, and what mends it."""
    if sources:
        for rule in RULES.values():
            tell(f"{rule.name}: {rule.title}\n  {rule.source}")
        return
    if unknown := [name for name in classes if not is_record_class(name)]:
        raise CasmError(f"{unknown[0]!r} is no class of record.", "write it as in addresses, as backhaul_link")
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1] if severity else SEVERITIES
    opened = opened_database(database)
    counts = Counts()
    try:
        with opened.session(Viewer.local_administrator()) as session:
            owner: Owner | None = None if owner_code is None else owner_of_code(session, owner_code)
            for finding in find(
                session,
                owner_id=None if owner is None else owner.id,
                as_of=as_of.date() if as_of else None,
                classes=classes or None,
            ):
                if finding.doubt.severity not in grave or (rules and finding.rule not in rules):
                    continue
                add(counts, finding)
                if not only_counts:
                    click.echo(json.dumps(finding_json(finding), ensure_ascii=False) if as_json else in_words(finding))
    finally:
        opened.close()
    if not as_json:
        tell_counts(counts)


def in_words(finding: Finding) -> str:
    """A finding in a few lines."""
    words = finding.record_class.replace("_", " ")
    lines = [f"{finding.doubt.severity}: {words} {finding.name or finding.record_id}: {finding.doubt.sentence}"]
    lines += [f"    {what}: {figure}" for what, figure in finding.doubt.figures]
    lines += [f"    mend: {mend.words}" for mend in finding.doubt.mends]
    return "\n".join(lines)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "rule": finding.rule,
        "severity": finding.doubt.severity,
        "class": finding.record_class,
        "id": str(finding.record_id),
        "owner_id": str(finding.owner_id),
        "version": finding.version,
        "name": finding.name,
        "about": finding.doubt.about,
        "sentence": finding.doubt.sentence,
        "evidence": [{"what": what, "figure": figure} for what, figure in finding.doubt.figures],
        "mends": [mend.words for mend in finding.doubt.mends],
        "source": RULES[finding.rule].source,
    }


def tell_counts(counts: Counts) -> None:
    """How many findings there are, rule by rule."""
    for rule in RULES.values():
        found = [(severity, counts.by_rule[rule.name, severity]) for severity in SEVERITIES]
        if any(count for _, count in found):
            told = ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in found if count)
            tell(f"{rule.title}: {told}")
    tell(f"{counts.total} findings." if counts.total != 1 else "1 finding.")
