"""An event in one sentence, as an auditor reads it."""

from collections.abc import Mapping
from typing import Any

from casm.editing.labels import label_of
from casm.intake.words import class_words, field_words

MOST_NAMED = 6
# Details that the sentence says in its own way, or that say nothing to a person.
SAID_ELSEWHERE = {"name", "columns", "what", "title", "file_name", "to", "role", "account_id"}
TABLE_WORDS = {
    "import_batch": "", "account": "", "api_token": "", "membership": "", "sharing_grant": "", "share_link": "",
    "handling_text": "", "invitation": "", "web_session": "", "job": "",
}  # fmt: skip


def sentence(action: str, subject_table: str | None, details: Mapping[str, Any]) -> str:
    """What happened, without who and when: "changed site Cross Mountain (name, tower height)"."""
    if action in ("imported", "stopped importing"):
        return f"{action} {details.get('file_name', 'a file')}: {_rows(details)}"
    parts = [action]
    if subject_table is not None and (words := TABLE_WORDS.get(subject_table, class_words(subject_table))):
        parts.append(words)
    for name in ("name", "title", "what"):
        if details.get(name):
            parts.append(str(details[name]))
            break
    if details.get("role"):
        parts.append(f"({field_words(str(details['role']))})")
    if details.get("to"):
        parts.append(f"to {details['to']}")
    said = " ".join(parts)
    # That a row was retired says which columns changed.
    if action == "changed" and (columns := details.get("columns")):
        said += f" ({_list([_label(str(column)) for column in columns])})"
    more = [
        f"{field_words(str(name))}: {_label_of_mark(value) if name == 'marking' else _value(value)}"
        for name, value in details.items()
        if name not in SAID_ELSEWHERE and value not in (None, "", [], {})
    ]
    return f"{said}; {'; '.join(more)}" if more else said


def shown(seen: Mapping[str, Mapping[str, int]]) -> str:
    """What was shown, by owner: "Campbell County: 3 sites, 1 need"."""
    owners = [
        f"{owner}: {', '.join(f'{class_words(name)} {count}' for name, count in sorted(classes.items()))}"
        for owner, classes in sorted(seen.items())
    ]
    more = len(owners) - MOST_NAMED
    return "; ".join(owners[:MOST_NAMED]) + (f"; and of {more} more owners" if more > 0 else "")


def _rows(details: Mapping[str, Any]) -> str:
    counts = {name: details.get(f"rows_{name}") for name in ("created", "changed", "unchanged", "reported")}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no rows"


def _label(column: str) -> str:
    label = label_of(column)
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _label_of_mark(text: Any) -> str:
    """A mark without its words: "EXERCISE // TLP:AMBER"."""
    label, found, _words = str(text).partition("TLP:")
    return f"{label}{found}{_words.partition(' ')[0]}"


def _list(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _value(value: Any) -> str:
    if isinstance(value, list):
        return _list([str(item) for item in value])
    if isinstance(value, Mapping):
        return _list([f"{name} {item}" for name, item in value.items()])
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if len(str(value)) <= 120 else f"{str(value)[:117]}..."
