"""FCC licence files (Universal Licensing System, public access): read safely, joined, and made into inventory rows."""
