"""Settings of one agency's gateway, from `AGENCY_GATEWAY_…`."""

from pydantic_settings import SettingsConfigDict

from mash_shared.plumbing.settings import ServiceSettings


class Settings(ServiceSettings):
    """One process serves one agency."""

    model_config = SettingsConfigDict(env_prefix="AGENCY_GATEWAY_")

    agency: str
