"""Names of uploaded files, made safe to store, to show and to offer for download on any system."""

import re
import unicodedata

LONGEST_NAME = 100
# Separators of paths, what Windows forbids, and what starts a hidden file or an option of a program.
FORBIDDEN = re.compile(r'[<>:"|?*%\x00-\x1f\x7f]')
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(written: str) -> str:
    """The last part of a path, without letters that deceive or break: "../a\\b<c>.pdf" is "b_c_.pdf".

    Marks that turn the direction of writing are left out, so that an ending cannot be shown as another.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", written))[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = re.sub(r"\s+", " ", FORBIDDEN.sub("_", visible)).strip(" .-")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    stem = stem.strip(" .") or "file"
    if RESERVED.match(stem.partition(".")[0]):
        stem = f"_{stem}"
    ending = ending.lower()[:10]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip()}.{ending}" if ending else stem[:LONGEST_NAME]


def ending_of(name: str) -> str:
    """The ending of a name, in lower case, without the dot; "" for none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def stem_of(name: str) -> str:
    """A name without its ending."""
    return name.rpartition(".")[0] or name
