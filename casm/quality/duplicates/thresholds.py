"""From which likeness on two records are told as probably one, as chosen on the dev half of bench_duplicates.py."""

AGENCY_LIKENESS = 0.8
SITE_LIKENESS = 0.6
