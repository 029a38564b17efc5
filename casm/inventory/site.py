"""Sites: towers, buildings and other places that carry antennas."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, on_earth, one_of, point, text_list, unique_while_in_use, within
from casm.inventory.choices import DATUM, STRUCTURE_TYPE


class Site(OwnedRow, Base):
    """A place with antennas: position and its datum, heights, registration; power and access stand apart."""

    __tablename__ = "site"

    name: Mapped[str]
    aliases: Mapped[list[str] | None] = text_list()
    position = point()
    source_datum: Mapped[str | None] = mapped_column(String, comment="datum the position was given in")
    source_latitude: Mapped[str | None] = mapped_column(String, comment="latitude as written in the source")
    source_longitude: Mapped[str | None] = mapped_column(String, comment="longitude as written in the source")
    position_accuracy_m: Mapped[float | None]
    position_source: Mapped[str | None]
    county_fips: Mapped[str | None]
    state_code: Mapped[str | None]
    address: Mapped[str | None]
    asr_number: Mapped[str | None] = mapped_column(String, comment="FCC antenna structure registration")
    structure_type: Mapped[str | None]
    ground_elevation_amsl_m: Mapped[float | None]
    structure_height_agl_m: Mapped[float | None] = mapped_column(comment="without appurtenances")
    overall_height_agl_m: Mapped[float | None] = mapped_column(comment="with appurtenances")
    overall_height_amsl_m: Mapped[float | None]
    structure_owner: Mapped[str | None]
    structure_owner_frn: Mapped[str | None] = mapped_column(String, comment="FCC registration number, ten digits")
    faa_study_number: Mapped[str | None] = mapped_column(String, comment="FAA aeronautical study")
    painting_lighting: Mapped[str | None] = mapped_column(comment="as the FAA or FCC asks for")
    shelter: Mapped[str | None]
    last_inspected_on: Mapped[date | None]

    own_geometries = ("position",)
    own_constraints = (
        on_earth("position"),
        one_of("source_datum", DATUM),
        one_of("structure_type", STRUCTURE_TYPE),
        CheckConstraint("structure_owner_frn ~ '^[0-9]{10}$'", name="structure_owner_frn_ten_digits"),
        within("ground_elevation_amsl_m", -100, 6500),
        within("structure_height_agl_m", 0, 1000),
        within("overall_height_agl_m", 0, 1000),
        within("overall_height_amsl_m", -100, 7500),
        within("position_accuracy_m", 0, 100000),
        unique_while_in_use("site", "name"),
    )
