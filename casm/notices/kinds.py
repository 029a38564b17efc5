"""The kinds of notice: what each says to its reader, with and without what it is about."""

PROPOSAL_WAITING, PROPOSAL_APPLIED, PROPOSAL_DECLINED, VERIFIED_CHANGED, GRANT_GIVEN, GRANT_ENDED, ENDS_SOON = (
    "proposal_waiting", "proposal_applied", "proposal_declined", "verified_changed", "grant_given", "grant_ended",
    "ends_soon",
)  # fmt: skip
IMPORT_FINISHED, RESULT_WITHDRAWN, MERGED = "import_finished", "result_withdrawn", "merged"

# Kind → words. {actor}: who did it; {subject}: what it is called, as its reader sees it; {owner}: whose it is; others
# are of the notice's details.
WORDS = {
    PROPOSAL_WAITING: "{actor} proposes a change that waits for you: {subject}",
    PROPOSAL_APPLIED: "{actor} approved what you proposed: {subject}",
    PROPOSAL_DECLINED: "{actor} declined what you proposed: {subject}",
    VERIFIED_CHANGED: "{actor} changed a record that you had verified: {subject}",
    GRANT_GIVEN: "Records of {owner} are shared with you",
    GRANT_ENDED: "{owner} has ended what it shared with you",
    ENDS_SOON: "{subject} ends on {day}",
    IMPORT_FINISHED: "An import for {owner} has finished: {taken} taken, {reported} reported",
    RESULT_WITHDRAWN: "{count} computed answers of {owner} were withdrawn: what they rest on has changed",
    MERGED: "{actor} merged duplicates into {subject}",
}
