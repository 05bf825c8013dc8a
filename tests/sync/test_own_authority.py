"""A site whose API has a certificate of the site's own authority: a real TLS server, and every way to it."""

from __future__ import annotations

import queue
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from store.ledger import Ledger
from sync.authority import good_until
from sync.errors import Unsafe
from sync.service import SyncService
from sync.status import Link, SyncStatus
from tests.sync.stations import BASE, Server, Station, running_server
from tests.sync.tls_relay import tls_in_front_of

PATIENCE = 20.0
TRUSTED = 'ca_file = "own-ca.pem"\n'


@dataclass(frozen=True)
class Site:
    """A server behind TLS, and the folder beside whose stations the authority lies."""

    server: Server
    url: str
    folder: Path
    authority: trustme.CA

    def station(self, name: str, orders_api: str) -> Station:
        station = Station(name, self.folder / name, self.server, orders_api, self.url)
        station.folder.mkdir()
        self.authority.cert_pem.write_to_path(str(station.folder / "own-ca.pem"))
        (station.folder / "scanners.toml").write_text(
            f'[station]\nid = "{name}"\n[policy]\nsign_in = false\n[orders_api]\n{orders_api}'
        )
        return station


def certified(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    authority = trustme.CA()
    with (
        running_server(tmp_path / "orders.db") as server,
        tls_in_front_of(int(server.port), certified(authority, "127.0.0.1")) as port,
    ):
        yield Site(server, f"https://127.0.0.1:{port}", tmp_path, authority)


def test_sync_and_codes_pull_trust_the_authority_that_the_file_names(site: Site) -> None:
    station = site.station("dock-1", TRUSTED)
    assert station.sync()["pulled"] >= 3
    (pulled,) = station.run("codes", "pull", "--json")
    assert pulled["products"] > 0


def test_without_it_the_certificate_is_refused_and_the_sentence_says_what_to_do(site: Site) -> None:
    done = site.station("dock-2", "").ended("sync", "--once")
    assert done.returncode == 4
    assert "its certificate was not accepted" in done.stderr
    assert "ca_file in [orders_api]" in done.stderr


def test_another_authority_or_another_host_s_certificate_is_refused(site: Site) -> None:
    strangers = site.station("dock-3", TRUSTED)
    trustme.CA().cert_pem.write_to_path(str(strangers.folder / "own-ca.pem"))
    assert strangers.ended("sync", "--once").returncode == 4
    with tls_in_front_of(int(site.server.port), certified(site.authority, "elsewhere.example")) as port:
        elsewhere = site.station("dock-4", TRUSTED)
        named = Station("dock-4", elsewhere.folder, site.server, url=f"https://127.0.0.1:{port}")
        assert named.ended("sync", "--once").returncode == 4


def test_the_running_station_trusts_it_too(site: Site) -> None:
    ledger = Ledger.open(site.folder / "data", station="dock-5")
    shown: queue.Queue[SyncStatus] = queue.Queue()

    def write(change: Callable[[Any], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        with ledger.transaction() as db:
            done.set_result(change(db))
        return done

    site.authority.cert_pem.write_to_path(str(site.folder / "ca.pem"))
    service = SyncService(
        site.url + BASE,
        lambda: site.server.key,
        station="dock-5",
        write=write,
        show=shown.put,
        authority=site.folder / "ca.pem",
    )
    service.start()
    try:
        while (status := shown.get(timeout=PATIENCE)).link in (Link.STARTING, Link.OFFLINE):
            assert status.link is Link.STARTING, status.told
        assert status.link is Link.ONLINE
    finally:
        service.stop()
        ledger.close()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"nothing", "holds no certificates in PEM form"),
        (b"\x30\x82\x01\x0a\xff\xfe", "holds no certificates in PEM form"),
        (b"", "holds no certificates in PEM form"),
    ],
    ids=["missing", "text", "DER", "empty"],
)
def test_a_file_that_holds_no_authority_is_one_sentence_and_nothing_starts(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    folder = tmp_path / "dock"
    folder.mkdir()
    (folder / "scanners.toml").write_text(f"[orders_api]\n{TRUSTED}")
    if content is not None:
        (folder / "own-ca.pem").write_bytes(content)
    station = Station("dock-1", folder, Server("", url="https://api.example", key="sk_live_x"))
    for command in (["sync", "--once"], ["codes", "pull"], ["scan", "--person", "Ana"]):
        done = station.ended(*command)
        assert done.returncode == 2
        (sentence,) = done.stderr.splitlines()
        assert f'orders_api.ca_file is "own-ca.pem", but {folder / "own-ca.pem"} {why}' in sentence
    doctor = station.ended("doctor")
    assert doctor.returncode in (2, 5)
    assert why in doctor.stdout


def test_the_doctor_says_until_when_an_authority_is_good(tmp_path: Path) -> None:
    folder = tmp_path / "dock"
    folder.mkdir()
    trustme.CA().cert_pem.write_to_path(str(folder / "own-ca.pem"))
    (folder / "scanners.toml").write_text(f"[orders_api]\n{TRUSTED}")
    station = Station("dock-1", folder, Server("", url="https://api.example", key="sk_live_x"))
    end = good_until(folder / "own-ca.pem")
    assert end is not None
    assert end > datetime.now(UTC)
    station.ended("codes", "teach", "4006381333931", "PEN")
    done = station.ended("doctor")
    assert done.returncode == 0, done.stdout
    assert f"own-ca.pem, good until {end:%Y-%m-%d}." in done.stdout
    leaf = trustme.CA().issue_cert("api.example").cert_chain_pems[0]
    leaf.write_to_path(str(folder / "own-ca.pem"))
    assert good_until(folder / "own-ca.pem") is None
    assert "holds no authority, only other certificates" in station.ended("doctor").stdout


def test_a_file_beside_text_in_other_letters_is_still_read(tmp_path: Path) -> None:
    pem = trustme.CA().cert_pem.bytes()
    (tmp_path / "ca.pem").write_bytes("Behörde für Größe\n".encode() + pem)
    assert good_until(tmp_path / "ca.pem") is not None
    with pytest.raises(Unsafe):
        good_until(tmp_path / "no.pem")
