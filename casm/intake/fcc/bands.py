"""The fixed-service band a microwave frequency lies in; both directions of a link use one band."""

# As 47 CFR 101.101 lists them, adjoining pieces joined; name, lowest and highest MHz.
BANDS_MHZ = (
    ("900 MHz", 928.0, 960.0),
    ("2 GHz", 1850.0, 2200.0),
    ("2.5 GHz", 2450.0, 2690.0),
    ("4 GHz", 3700.0, 4200.0),
    ("4.9 GHz", 4940.0, 4990.0),
    ("lower 6 GHz", 5925.0, 6425.0),
    ("upper 6 GHz", 6425.0, 7125.0),
    ("10.5 GHz", 10550.0, 10680.0),
    ("11 GHz", 10700.0, 11700.0),
    ("13 GHz", 12200.0, 13250.0),
    ("18 GHz", 17700.0, 19700.0),
    ("23 GHz", 21200.0, 23600.0),
    ("24 GHz", 24250.0, 25250.0),
    ("31 GHz", 31000.0, 31300.0),
    ("38 GHz", 37000.0, 40000.0),
    ("70 GHz", 71000.0, 76000.0),
    ("80 GHz", 81000.0, 86000.0),
    ("90 GHz", 92000.0, 95000.0),
)
# 70 and 80 GHz are used as a pair, one for each direction.
PAIRED = {"80 GHz": "70 GHz"}


def band_of(freq_hz: int) -> str | None:
    """Name of the band, or None outside every band of the fixed service."""
    freq_mhz = freq_hz / 1e6
    for name, lowest_mhz, highest_mhz in BANDS_MHZ:
        if lowest_mhz <= freq_mhz <= highest_mhz:
            return PAIRED.get(name, name)
    return None
