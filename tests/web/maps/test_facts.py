"""Figures in the words of the field: US customary first, metric beside, unknown said as unknown."""

import pytest

from web.maps.facts import backup_power, feet, megahertz, miles, profile_words, square_miles, words


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (feet(45.72), "150 ft (46 m)"),  # 45.72 m is 150 ft exactly
        (feet(None), "not known"),
        (miles(16_093.44), "10.0 mi (16.1 km)"),  # ten miles exactly
        (miles(None), "not known"),
        (square_miles(2.589988110336), "1.0 sq mi (2.6 km²)"),  # one square mile exactly
        (megahertz(155_752_500), "155.7525 MHz"),
        (megahertz(155_340_000), "155.3400 MHz"),
        (megahertz(851_006_250), "851.00625 MHz"),
        (words("self_supporting_tower"), "self supporting tower"),
        (words(None), "not known"),
        (
            backup_power({"generator_fuel_hours": 72.0, "generator_kw": 25.0, "battery_hours": 8.0}),
            "generator, fuel for 72 h, battery for 8 h",
        ),
        (backup_power({"generator_fuel_hours": None, "generator_kw": None, "battery_hours": None}), "not known"),
        (profile_words("portable_street_5W_-5dBi_-119dBm_1.5m"), "portable street, 5 W"),
        (
            profile_words("mobile_35W_4.15dBi_-118dBm_1.5m", whole=True),
            "mobile, 35 W, antenna 4.15 dBi at 5 ft (1.5 m), sensitivity -118 dBm",
        ),
        (profile_words("portable"), "portable"),
    ],
)
def test_words_of_figures(shown, expected):
    assert shown == expected
