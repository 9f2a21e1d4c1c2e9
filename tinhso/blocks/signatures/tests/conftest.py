from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.simulators.certificate_authority import Authorities, serve
from tinhso.blocks.identity.tests.makers import a_unit
from tinhso.blocks.signatures import services
from tinhso.blocks.units.models import Level, Unit


class Once:
    """One thing for all modules that borrow a fixture: pytest makes it anew for each of them, but authorities sign what
    lies in the device, and there is one environment to say where the device is."""

    def __init__(self) -> None:
        self.users, self.made, self.open = 0, None, ExitStack()

    @contextmanager
    def of(self, make: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
        """What ``make`` makes for the first who asks; it is gone with the last."""
        if not self.users:
            self.made = self.open.enter_context(make())
        self.users += 1
        try:
            yield self.made
        finally:
            self.users -= 1
            if not self.users:
                self.open.close()


AUTHORITIES = Once()


@contextmanager
def _authorities(folder: Path) -> Iterator[Authorities]:
    server, made = serve(folder)
    Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()
    services.programs.stop()


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """Simulated authorities with OCSP, CRL and timestamps on loopback."""
    with AUTHORITIES.of(lambda: _authorities(tmp_path_factory.mktemp("ca"))) as made:
        yield made


@pytest.fixture
def trusted(authorities: Authorities, settings: Any) -> Authorities:
    """The province trusts the simulated root, may ask its services, and takes timestamps from it."""
    settings.TRUST_DIR = str(authorities.trust)
    settings.SIGNING_HOSTS = [authorities.origin.removeprefix("http://")]
    settings.TIMESTAMP_URL = authorities.timestamps
    services.clear_fetch_cache()
    return authorities


@pytest.fixture
def offline(authorities: Authorities, settings: Any) -> Authorities:
    """The province trusts the simulated root but may ask nobody."""
    settings.TRUST_DIR = str(authorities.trust)
    settings.SIGNING_HOSTS, settings.TIMESTAMP_URL = [], ""
    services.clear_fetch_cache()
    return authorities


@pytest.fixture
def province(db: None) -> Unit:
    """The body that signs."""
    return a_unit("p", level=Level.PROVINCE)
