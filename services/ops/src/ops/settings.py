"""Settings of ops, from `OPS_…`."""

from pydantic_settings import SettingsConfigDict

from mash_shared.plumbing.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service is told."""

    model_config = SettingsConfigDict(env_prefix="OPS_")
