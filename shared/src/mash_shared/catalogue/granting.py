"""Access lists and passwords on the broker, as the message classes have them (security S4)."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from mash_shared.plumbing.broker import BrokerUrl
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.plumbing.rights import Kind, Operation, Right

WITHIN = 60.0
"""Seconds that the broker may take over one step."""
ITERATIONS = 8192
"""How often a password is hashed; they are drawn, not chosen."""
_KINDS = {
    Kind.TOPIC: ResourceType.TOPIC,
    Kind.GROUP: ResourceType.GROUP,
    Kind.CLUSTER: ResourceType.BROKER,
}
_OPERATIONS = {
    Operation.READ: AclOperation.READ,
    Operation.WRITE: AclOperation.WRITE,
    Operation.DESCRIBE_CONFIGS: AclOperation.DESCRIBE_CONFIGS,
}


class NotGrantedError(CannotRunError):
    """The broker did not take its access lists or passwords; the sentence says which and why."""


class Grants:
    """What one broker lets whom do, seen and changed by its administrator."""

    def __init__(self, url: str) -> None:
        """`url` is the administrator's own; raises `BrokerUrlError`."""
        self._admin = AdminClient(settings_of(url))

    def settle(self, wanted: Iterable[Right]) -> tuple[int, int]:
        """Let everybody do what is wanted and nothing else; says how many were made and removed.

        Raises `NotGrantedError`.
        """
        bindings = {_binding(right) for right in wanted}
        there = set(self.there())
        missing, foreign = bindings - there, there - bindings
        if missing:
            _each(self._admin.create_acls(list(missing)), "An access list was not written")
        if foreign:
            _each(self._admin.delete_acls([_filter(one) for one in foreign]), "None was removed")
        return len(missing), len(foreign)

    def drift(self, wanted: Iterable[Right]) -> tuple[str, ...]:
        """Say, one sentence each, what the broker's lists have too much or too little."""
        bindings = {_binding(right) for right in wanted}
        there = set(self.there())
        missing = [f"{_said(one)}, and the broker refuses it." for one in bindings - there]
        foreign = [f"{_said(one)}, which nothing grants." for one in there - bindings]
        return tuple(sorted((*missing, *foreign)))

    def there(self) -> Sequence[AclBinding]:
        """Give every entry of the broker's lists; raises `NotGrantedError`."""
        everything = AclBindingFilter(
            ResourceType.ANY, None, ResourcePatternType.ANY, None, None,
            AclOperation.ANY, AclPermissionType.ANY,
        )  # fmt: skip
        found: Sequence[AclBinding] = _result(
            self._admin.describe_acls(everything, request_timeout=WITHIN), "No access list was read"
        )
        return found

    def set_passwords(self, passwords: Mapping[str, Path]) -> None:
        """Give each principal the password in its file, in place of any before.

        Raises `NotGrantedError`.
        """
        hashed = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
        changes = [
            UserScramCredentialUpsertion(name, hashed, file.read_text().strip().encode())
            for name, file in passwords.items()
        ]
        if changes:
            _each(self._admin.alter_user_scram_credentials(changes), "A password was not taken")


def _binding(right: Right) -> AclBinding:
    pattern = ResourcePatternType.PREFIXED if right.prefixed else ResourcePatternType.LITERAL
    return AclBinding(
        _KINDS[right.kind], right.name, pattern, f"User:{right.principal}", "*",
        _OPERATIONS[right.operation], AclPermissionType.ALLOW,
    )  # fmt: skip


def _filter(one: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        one.restype, one.name, one.resource_pattern_type, one.principal, one.host,
        one.operation, one.permission_type,
    )  # fmt: skip


def _said(one: AclBinding) -> str:
    name = one.principal.removeprefix("User:")
    return f"{name} may {one.operation.name.lower()} {one.restype.name.lower()} {one.name}"


def _each(futures: Mapping[Any, Any], refused: str) -> None:
    for future in futures.values():
        _result(future, refused)


def _result(future: Any, refused: str) -> Any:
    try:
        return future.result(WITHIN)
    except (KafkaException, TimeoutError) as error:
        code = error.args[0].name() if isinstance(error, KafkaException) else type(error).__name__
        raise NotGrantedError(f"{refused}: {code}.") from None


def settings_of(broker: str) -> dict[str, str]:
    """Give what a client of librdkafka is made with, for a broker's URL."""
    url = BrokerUrl.parse(broker)
    settings = {"bootstrap.servers": ",".join(url.servers), "log_level": "0"}
    if url.is_open:
        return settings
    settings |= {"ssl.ca.location": str(url.ca), "security.protocol": "ssl"}
    if url.certificate is not None:
        pair = str(url.certificate)
        return settings | {"ssl.certificate.location": pair, "ssl.key.location": pair}
    said = url.clients()
    return settings | {
        "security.protocol": "sasl_ssl",
        "sasl.mechanism": said["sasl_mechanism"],
        "sasl.username": said["sasl_plain_username"],
        "sasl.password": said["sasl_plain_password"],
    }
