"""Settings of notify, from `NOTIFY_…`."""

from pydantic_settings import SettingsConfigDict

from mash_shared.plumbing.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where mail goes, and where to ask whether it went."""

    model_config = SettingsConfigDict(env_prefix="NOTIFY_")

    smtp_host: str
    smtp_port: int
    sender: str = "mash@hub.example"
    mail_lookup_url: str = ""
    """Base address of a search by Message-ID in Mailpit's form; empty where there is none."""
