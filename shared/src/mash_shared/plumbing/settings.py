"""What every service is told from outside; each service adds its prefix and its own fields."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import PositiveInt, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mash_shared.http.addresses import NO_PROXY, Network, proxies_in
from mash_shared.plumbing.broker import BrokerUrl


class Connected(BaseSettings):
    """What every program of the hub is told: of broker, database and sign-in."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kafka: str
    """URL of the broker, with who we are to it (`plumbing/broker.py`)."""
    mongo_url: str
    """URL of the database; in production with TLS and a user."""
    audit_url: str = ""
    """URL of the database that keeps the audit trail; that of `mongo_url` where empty."""
    audit_spool: Path | None = None
    """Folder that keeps lines of the audit trail which cannot be written at once."""
    policies: Path
    """Folder of the councils' policy packs."""
    providers: Path | None = None
    """TOML file of the OpenID providers whose tokens are taken; else `token_keys` is given."""
    token_keys: Path | None = None
    """JWKS file of the local stand-in for a provider; production refuses it."""
    token_issuer: str = "mash-local"  # noqa: S105 - a name, not a secret
    environment: Literal["local", "production"] = "local"

    @property
    def audits_at(self) -> str:
        """URL of the database that keeps the audit trail."""
        return self.audit_url or self.mongo_url

    @property
    def databases(self) -> dict[str, str]:
        """URLs of all databases, by the setting that names them."""
        return {"MONGO_URL": self.mongo_url, "AUDIT_URL": self.audits_at}

    @field_validator("kafka")
    @classmethod
    def _a_url_of_a_broker(cls, url: str) -> str:
        BrokerUrl.parse(url)
        return url

    @model_validator(mode="after")
    def _nothing_open_in_production(self) -> Self:
        if self.environment != "production":
            return self
        if BrokerUrl.parse(self.kafka).is_open:
            raise ValueError("a broker that knows nobody is for tests; production refuses it")
        for name, url in self.databases.items():
            if not _is_closed(url):
                raise ValueError(f"{name} has no TLS, or nobody's name; production refuses it")
            if "zlib" in _options(url).get("compressors", ""):
                raise ValueError(f"{name} asks for zlib, by which servers leaked their memory")
        return self

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if (self.token_keys is None) == (self.providers is None):
            raise ValueError("exactly one of TOKEN_KEYS and PROVIDERS must be set")
        if self.environment == "production" and self.token_keys:
            raise ValueError("TOKEN_KEYS is of a stand-in for a council's sign-in; set PROVIDERS")
        return self


class ServiceSettings(Connected):
    """Settings of a service from the environment, `<PREFIX>KAFKA` and so on."""

    broker_rights: Literal["declared", "any"] = "declared"
    """Whether a broker is refused that shows us topics other than those of the catalogue."""
    council_keys: Path
    """JSON file of the councils' keys, which wrap all others (`sealing/keys.py`)."""
    keys_url: str = ""
    """URL of the database of wrapped keys; that of `mongo_url` where empty."""
    host: str = "127.0.0.1"
    api_port: int
    ops_port: int
    instance: str = ""
    """Name of this copy, fixed over restarts (`enquiry-0`); the process name where empty."""
    audit_key: Path | None = None
    """Private key (Ed25519, PEM) that signs how far the trail reaches; else that is not said."""
    proxies: str | None = None
    """Addresses and networks of proxies whose `X-Forwarded-For` is believed, or "none"."""
    reads_a_minute: PositiveInt = 300
    """Reads of one person at one copy of a service."""
    acts_a_minute: PositiveInt = 120
    """Acts of one person at one copy of a service; those about a red contact are never refused."""
    time_file: Path | None = None
    crash_at: str = ""

    @property
    def keys_at(self) -> str:
        """URL of the database of wrapped keys."""
        return self.keys_url or self.mongo_url

    @property
    def databases(self) -> dict[str, str]:
        """URLs of all databases, that of wrapped keys among them."""
        return super().databases | {"KEYS_URL": self.keys_at}

    @property
    def trusted_proxies(self) -> tuple[Network, ...]:
        """Where the proxies are that stand before this service."""
        return proxies_in(self.proxies or NO_PROXY)

    @field_validator("proxies")
    @classmethod
    def _addresses_or_networks(cls, said: str | None) -> str | None:
        proxies_in(said or NO_PROXY)
        return said

    @model_validator(mode="after")
    def _nothing_of_a_test_in_production(self) -> Self:
        if self.environment != "production":
            return self
        if self.broker_rights == "any":
            raise ValueError("BROKER_RIGHTS=any is for tests; production refuses it")
        if self.audit_spool is None:
            raise ValueError("AUDIT_SPOOL is not set; a red contact could leave no line")
        if self.audit_key is None:
            raise ValueError("AUDIT_KEY is not set; an end taken off the trail would not be found")
        if self.proxies is None:
            raise ValueError('PROXIES is not set; say which stand before this service, or "none"')
        if self.time_file or self.crash_at:
            raise ValueError("TIME_FILE and CRASH_AT belong to tests; production refuses them")
        return self


def _is_closed(mongo_url: str) -> bool:
    """Whether a database is spoken to by TLS and under a name."""
    options = _options(mongo_url)
    tls = options.get("tls", options.get("ssl")) == "true" or mongo_url.startswith("mongodb+srv:")
    named = "@" in urlsplit(mongo_url).netloc or options.get("authMechanism") == "MONGODB-X509"
    return tls and named and "tlsInsecure" not in options


def _options(mongo_url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(mongo_url).query))
