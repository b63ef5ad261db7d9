"""A broker that knows everybody: its listeners, its settings and the URLs that lead in.

Brokers and the administrator come by `ADMIN`, the hub's processes by `HUB`, programs of other
organisations by `AGENCIES`. All of it is TLS; only the hub's processes show a password in place of
a certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mash_local.authority import ADMINISTRATOR, BROKER, Authority
from mash_shared.plumbing.rights import is_outside

HOST = "127.0.0.1"
LISTENERS = ("ADMIN", "HUB", "AGENCIES", "CONTROLLER")
_PROTOCOLS = {"ADMIN": "SSL", "HUB": "SASL_SSL", "AGENCIES": "SSL", "CONTROLLER": "SSL"}
_SCRAM_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


@dataclass(frozen=True)
class Doors:
    """Where each listener of one broker is, and the folder of what opens them."""

    authority: Authority
    ports: Sequence[int]
    inside: str = HOST
    """Where it listens; in a container everywhere, of which its host lets in HOST alone."""

    def at(self, listener: str) -> str:
        """Give `host:port` of a listener."""
        return f"{HOST}:{self.ports[LISTENERS.index(listener)]}"

    def url_for(self, name: str) -> str:
        """Give the URL of somebody: an agency's program and its like show a certificate."""
        ca = self.authority.ca
        if name == ADMINISTRATOR:
            return f"tls://{self.at('ADMIN')}?ca={ca}&certificate={self.authority.of(name)}"
        if is_outside(name):
            return f"tls://{self.at('AGENCIES')}?ca={ca}&certificate={self.authority.of(name)}"
        password = self.authority.password_of(name)
        return f"tls://{name}@{self.at('HUB')}?ca={ca}&password={password}"

    def settings(self) -> dict[str, str]:
        """Give what makes the broker ask everybody who they are, and let them do what is theirs."""
        pair = self.authority.certificate(BROKER, [HOST, "localhost"])
        places = list(zip(LISTENERS, self.ports, strict=True))
        reached = [f"{name}://{HOST}:{port}" for name, port in places]
        return {
            "listeners": ",".join(f"{name}://{self.inside}:{port}" for name, port in places),
            "advertised.listeners": ",".join(reached[:-1]),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "ADMIN",
            "listener.security.protocol.map": ",".join(
                f"{name}:{protocol}" for name, protocol in _PROTOCOLS.items()
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(pair),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority.ca),
            "ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
            "ssl.client.auth": "required",
            "listener.name.hub.ssl.client.auth": "none",
            "ssl.principal.mapping.rules": "RULE:^CN=([^,]+)$/$1/,DEFAULT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.hub.scram-sha-512.sasl.jaas.config": _SCRAM_LOGIN,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{ADMINISTRATOR};User:{BROKER}",
            "allow.everyone.if.no.acl.found": "false",
        }


def node_settings(doors: Doors, logs: str) -> dict[str, str]:
    """Give what makes one node, broker and controller at once, with its records in `logs`."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{doors.at('CONTROLLER')}",
        "log.dirs": logs,
        **doors.settings(),
    }
