"""Whom an address stands for, and which are those of proxies (S17)."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
NO_PROXY = "none"
_OF_ONE_NETWORK = 64
"""Bits of an IPv6 address that name a network; whoever has one has all the addresses in it."""


def neighbourhood(host: str | None) -> str:
    """Give what is counted for an address: itself, of IPv6 its network; "" where none is known."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> _OF_ONE_NETWORK << _OF_ONE_NETWORK))
    return str(address)


def proxies_in(said: str) -> tuple[Network, ...]:
    """Read addresses and networks, parted by commas; "none" for none; raises `ValueError`.

    A network that everybody is of is none of proxies: anybody could say where they are.
    """
    if said == NO_PROXY:
        return ()
    networks = tuple(ip_network(one.strip()) for one in said.split(","))
    if not all(network.prefixlen for network in networks):
        raise ValueError("a network that everybody is of is none of proxies")
    return networks
