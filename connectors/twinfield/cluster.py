"""Where Twinfield's services stand: sign-in at one address, everything else at the cluster that it names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connectors.kit.http import Http, is_below
from connectors.kit.soap import Soap
from connectors.twinfield.answers import unreadable

FAMILY = "twinfield.com"
"""Every cluster stands below this domain; which one it is, is never known beforehand."""
LOGIN_HOST = "login.twinfield.com"
CLUSTER_HOSTS = ("accounting.twinfield.com", "api.accounting.twinfield.com")
"""The clusters that are known by name: those of our emulator."""
NAMESPACE = "http://www.twinfield.com/"
BINDING = f"{{{NAMESPACE}}}Soap11"


@dataclass(frozen=True, slots=True)
class Service:
    """One of Twinfield's SOAP services: our description of it, and its path on a host."""

    wsdl: Path
    path: str

    def at(self, host: str, http: Http) -> Soap:
        """The service as it stands on a host. Sessions are redacted, the password is never shown."""
        address = f"https://{host}{self.path}"
        return Soap(self.wsdl, BINDING, address, http, learns=("SessionID",), bare=True, hides=("password",))


def _service(name: str, path: str) -> Service:
    return Service(Path(__file__).with_name(f"{name}.wsdl"), f"/webservices/{path}.asmx")


LOGON = _service("logon", "session")
SESSION = _service("session", "session")
PROCESS = _service("processxml", "processxml")
FINDER = _service("finder", "finder")


def cluster_host(told: str) -> str:
    """The host of a cluster as an answer names it; ``UnexpectedAnswer`` for one that is no server of Twinfield's."""
    if not told:
        raise unreadable("cluster", "no cluster was named")
    try:
        parts = urlsplit(told)
        plain = parts.port is None and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        raise unreadable("cluster", "no readable address") from None
    host = parts.hostname or ""
    if parts.scheme != "https" or not plain or parts.path not in ("", "/") or not is_below(host, FAMILY):
        raise unreadable("cluster", f"{parts.scheme}://{host[:100]} is no server of Twinfield's")
    return host
