"""Which tokens a process takes, by its settings."""

from mash_shared.identity import Provider, Tokens, load_providers
from mash_shared.plumbing.settings import Connected
from mash_shared.plumbing.times import wall_clock
from mash_shared.policy import load_packs


def tokens(settings: Connected) -> Tokens:
    """Give what verifies tokens: those of the councils' providers, or of the local stand-in.

    Raises `ProvidersInvalidError` where the file of providers will not do; in production that is
    also where a council of the policy packs has no provider.
    """
    if settings.providers is None:
        assert settings.token_keys is not None  # noqa: S101 - the settings saw to it
        return Tokens([Provider.stand_in(settings.token_keys, settings.token_issuer)])
    councils = None
    if settings.environment == "production":
        councils = [pack.council.id for pack in load_packs(settings.policies)]
    return Tokens(load_providers(settings.providers, wall_clock, for_councils=councils))
