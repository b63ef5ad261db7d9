"""Settings of enquiry, from `ENQUIRY_…`."""

from pydantic_settings import SettingsConfigDict

from mash_shared.plumbing.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service is told."""

    model_config = SettingsConfigDict(env_prefix="ENQUIRY_")
