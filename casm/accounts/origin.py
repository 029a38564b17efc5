"""From where a request comes, and in whose name the gate works while nobody is signed in yet."""

from dataclasses import dataclass

from casm.sharing.viewer import PUBLIC_OWNER_ID, Viewer


@dataclass(frozen=True)
class Origin:
    """The client's address, the request's own id and the browser's name for itself; empty where there is none."""

    address: str = ""
    request_id: str = ""
    user_agent: str = ""

    @property
    def word(self) -> str:
        """As the audit keeps it."""
        return f"{self.address} {self.request_id}".strip().replace("|", "_")


def gatekeeper(origin: Origin | None = None) -> Viewer:
    """Whom the gate works as before it knows who asks: a viewer who sees and rules nothing."""
    return Viewer("sign-in", PUBLIC_OWNER_ID, origin=origin.word if origin else "")
