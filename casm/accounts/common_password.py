"""Passwords that are guessed first: common words and sequences, dressed up with digits and signs."""

import re
import unicodedata

# What remains once dressing is taken off; from the words that lead every published list of leaked passwords, and those
# of this trade. A longer list would add little: few common passwords have twelve characters at all.
WORD_LINES = """
abc abcabc abcd abcdef access account admin administrator adobe agency airport alpha amanda america andrew angel
apple april arizona ashley august autumn baby bailey baseball basketball batman bear beautiful blink bravo buster
butterfly california campbell casm change changeme charlie cheese chelsea chicken chocolate church city coffee
communications computer cookie county cowboy cowboys daniel dallas database david december default delta demo desk
dispatch dispatcher dragon eagle eagles emergency ems enter facebook family fire firefighter firstnet flower
football forever freedom friday friend friends fuckyou game garfield george ginger god golf google gov guest hannah
happy harley hello help helpdesk hockey home hotdog hunter iloveyou internet iphone jackson january jasmine jennifer
jessica jesus jordan joshua july june justin kentucky killer king kitty letmein library liverpool login london love
lovely loveme lover maggie magic manager march master matrix matthew maverick may merlin michael michelle microsoft
mike mobile monday monkey motorola mountain mustang mynoob nascar network new nicole ninja november nothing october
office one online operator orange pass passcode passphrase passw password pepper phoenix pokemon police portable
princess private public purple qazwsx qwer qwert qwerty radio rainbow ranger root samantha samsung saturday school
secret secure security september shadow sheriff soccer spring state summer sunday sunshine super superman support
sysadmin system taylor temp temporary tennessee test texas thomas thursday tigger tower trustno trustme tuesday two
update us user washington wednesday welcome whatever william winter wizard yankees you zaq zxcvbn
"""
WORDS = frozenset(WORD_LINES.split())
SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "qweasdzxc",
)
LEET = str.maketrans("013457@$!+|", "oleastasitl")
YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
SHORTEST_RUN = 3
# Distinct letters a password must have left beyond words, runs and repetition; or so many digits.
LETTERS_LEFT = 5
DIGITS_ENOUGH = 12


def is_common(password: str) -> bool:
    """Whether little is left of a password without common words, sequences, repetition and a few digits and signs."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(re.sub(r"\D", "", YEAR.sub("", without_runs(fold_repetition(plain))))) >= DIGITS_ENOUGH:
        return False
    return any(len(set(unexpected(read))) < LETTERS_LEFT for read in (plain, plain.translate(LEET)))


def unexpected(text: str) -> str:
    """The letters of a text that are neither of a common word nor a run of a sequence nor said before."""
    # A run may lie within a word ("rst" in "firstnet"), so words go first.
    text = without_runs(without_words(fold_repetition(text)))
    return "".join(piece for piece in re.findall(r"[^\W\d_]+", text) if piece not in WORDS)


def without_words(text: str) -> str:
    """The text without common words, the longest first."""
    for word in sorted(WORDS, key=len, reverse=True):
        if len(word) >= SHORTEST_RUN:
            text = text.replace(word, " ")
    return text


def fold_repetition(text: str) -> str:
    """A text said several times, once; the same character several times, once."""
    whole = re.fullmatch(r"(.+?)\1+", text)
    return re.sub(r"(.)\1{2,}", r"\1", whole[1] if whole else text)


def without_runs(text: str) -> str:
    """The text without pieces of the alphabet, of the digits or of a keyboard's rows, forwards or backwards."""
    kept, start = [], 0
    while start < len(text):
        length = run_at(text, start)
        if length >= SHORTEST_RUN:
            kept.append(" ")
            start += length
        else:
            kept.append(text[start])
            start += 1
    return "".join(kept)


def run_at(text: str, start: int) -> int:
    """Length of the longest run of a sequence that begins here."""
    longest = 0
    for sequence in (*SEQUENCES, *(line[::-1] for line in SEQUENCES)):
        length = longest + 1
        while start + length <= len(text) and text[start : start + length] in sequence:
            longest = length
            length += 1
    return longest
