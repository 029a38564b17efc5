"""How far two words are apart in typing errors."""


def typing_errors(one: str, other: str) -> int:
    """Letters added, left out or changed, and neighbours changed round, that make one of the other.

    The optimal string alignment distance: no letter is touched twice.
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, opposite in enumerate(other, start=1):
            least = min(above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != opposite))
            swapped = (
                row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == opposite
            )
            line.append(min(least, before[column - 2] + 1) if swapped else least)
        before, above = above, line
    return above[-1]
