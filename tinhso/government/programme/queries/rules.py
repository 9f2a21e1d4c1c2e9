"""The province's own rules of steering: ``programme.toml`` in its folder."""

from tinhso.kernel.province_table import province_table, table


@table
class Days:
    """Working days that a directive and a task have when nobody says otherwise, and on which basis."""

    directive: int = 5
    task: int = 20
    basis: str = ""


@table
class Climb:
    """Working days: before the day, when the owner is reminded; after it, when the head of the unit and whoever gave
    the work hear that it is late."""

    remind_before: int = 2
    head_after: int = 1
    giver_after: int = 3


@table
class ProgrammeRules:
    """What the file says."""

    days: Days = Days()
    climb: Climb = Climb()


rules = province_table("programme.toml", ProgrammeRules)
