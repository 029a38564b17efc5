"""The dashboard of a jurisdiction: its figures, plots and map on one page, each figure leading to what it counts."""
