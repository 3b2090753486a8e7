"""From which address a request comes, behind as many proxies as are ours."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# A household gets a /64 of IPv6 and can use any address in it.
IPV6_HOME_BITS = 64


def client_address(request: HttpRequest) -> str:
    """The caller's address, told by the outermost of our own TRUSTED_PROXIES; what callers add themselves is ignored.

    IPv6 is cut to its /64. Without a believable entry it is the address of the connection.
    """
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    trusted: int = settings.TRUSTED_PROXIES
    told = hops[-trusted] if 0 < trusted <= len(hops) else ""
    return _cut(told) or _cut(request.META.get("REMOTE_ADDR", "")) or "unknown"


def _cut(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_HOME_BITS), strict=False).network_address)
    return str(address)
