"""Settings of intake, from `INTAKE_…`."""

from pydantic import PositiveInt
from pydantic_settings import SettingsConfigDict

from mash_shared.plumbing.settings import ServiceSettings

LOOKUPS = 60


class Settings(ServiceSettings):
    """What intake is told beyond every service."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    lookups_a_minute: PositiveInt = LOOKUPS
    """How often one person may look somebody up, at each copy (S17)."""
