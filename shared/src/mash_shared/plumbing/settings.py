"""What every service is told from outside; each service adds its prefix and its own fields."""

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings from the environment, `<PREFIX>KAFKA` and so on; refused where they contradict."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kafka: str
    """Bootstrap addresses, separated by commas."""
    mongo_url: str
    host: str = "127.0.0.1"
    api_port: int
    ops_port: int
    policies: Path
    """Folder of the councils' policy packs."""
    providers: Path | None = None
    """TOML file of the OpenID providers whose tokens are taken; else `token_keys` is given."""
    token_keys: Path | None = None
    """JWKS file of the local stand-in for a provider; production refuses it."""
    token_issuer: str = "mash-local"  # noqa: S105 - a name, not a secret
    environment: Literal["local", "production"] = "local"
    instance: str = ""
    """Name of this copy, fixed over restarts (`enquiry-0`); the process name where empty."""
    time_file: Path | None = None
    crash_at: str = ""

    @model_validator(mode="after")
    def _nothing_of_a_test_in_production(self) -> Self:
        if self.environment == "production" and (self.time_file or self.crash_at):
            raise ValueError("TIME_FILE and CRASH_AT belong to tests; production refuses them")
        return self

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if (self.token_keys is None) == (self.providers is None):
            raise ValueError("exactly one of TOKEN_KEYS and PROVIDERS must be set")
        if self.environment == "production" and self.token_keys:
            raise ValueError("TOKEN_KEYS is of a stand-in for a council's sign-in; set PROVIDERS")
        return self
