"""A scanner on the network, called by the station or calling it."""

from __future__ import annotations

import socket

from terminal.scanners.framing import Framing
from terminal.scanners.settings import Feedback, ScannerKind, ScannerSettings
from terminal.scanners.source import LinkState
from terminal.scanners.sources import source_of
from tests.terminal.scanners.bench import Bench, heard
from verification.verdicts import Verdict

FRAMING = Framing(suffixes=(b"\r", b"\n"), idle_ms=150, max_len=64)


def network(**where: object) -> ScannerSettings:
    return ScannerSettings("gate", ScannerKind.TCP, FRAMING, **where)  # type: ignore[arg-type]


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def test_the_station_connects_reads_and_connects_again_after_the_gateway_went_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with Bench(source_of(network(address=address))) as bench:
            gateway, _ = server.accept()
            assert bench.until(LinkState.READY) == f"Connected at {address}."
            gateway.sendall(b"40063")
            gateway.sendall(b"81333931\r\nHALF")
            assert bench.read() == ("ok", b"4006381333931")
            gateway.close()
            assert bench.read()[1] == b"HALF"
            assert "ended" in bench.until(LinkState.DISCONNECTED)
            again, _ = server.accept()
            with again:
                bench.until(LinkState.READY)
                again.sendall(b"NEXT\r")
                assert bench.read() == ("ok", b"NEXT")
        assert bench.ids == {"gate"}


def test_the_scanner_connects_to_the_station_and_again_after_it_was_switched_off() -> None:
    address = free_address()
    with Bench(source_of(network(listen=address))) as bench:
        assert bench.until(LinkState.DISCONNECTED) == (
            f"No scanner has connected to {address} yet: see that it is set to this computer."
        )
        for code in (b"ONE", b"TWO"):
            with socket.create_connection(("127.0.0.1", port_of(address)), timeout=20) as scanner:
                assert bench.until(LinkState.READY) == f"Connected at {address} from 127.0.0.1."
                scanner.sendall(code + b"\r")
                assert bench.read() == ("ok", code)
            bench.until(LinkState.DISCONNECTED)
            assert "yet" in bench.until(LinkState.DISCONNECTED)


def test_the_answer_goes_back_over_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = network(address=f"127.0.0.1:{server.getsockname()[1]}", feedback=Feedback.HONEYWELL)
        with Bench(source_of(settings)) as bench:
            gateway, _ = server.accept()
            with gateway:
                gateway.sendall(b"A\r")
                bench.commit(bench.frame(), Verdict.NOT_ON_ORDER)
                assert heard(gateway.fileno(), 6) == b"\x1b8,\x1b8,"


def test_a_gateway_that_is_off_is_said_so_and_stopping_is_prompt() -> None:
    address = free_address()
    with Bench(source_of(network(address=address))) as bench:
        assert bench.until(LinkState.DISCONNECTED) == (
            f"Nothing listens at {address}: switch the scanner or its gateway on, or correct address in "
            "scanners.toml."
        )


def test_a_name_that_nobody_knows_is_said_so() -> None:
    with Bench(source_of(network(address="no-such-host.invalid:4001"))) as bench:
        assert bench.until(LinkState.DISCONNECTED) == (
            "The network knows no no-such-host.invalid: correct address in scanners.toml, or look at the "
            "network."
        )


def test_a_port_that_is_taken_fails_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with Bench(source_of(network(listen=address))) as bench:
            assert bench.until(LinkState.FAILED) == (
                f"The station cannot listen at {address}, for another program has the port: correct "
                "listen in scanners.toml."
            )


def test_an_address_of_another_computer_cannot_be_listened_at() -> None:
    with Bench(source_of(network(listen="192.0.2.1:4001"))) as bench:
        assert "not this computer's" in bench.until(LinkState.FAILED)


def test_reads_at_full_speed_arrive_whole_and_in_order() -> None:
    codes = [b"%020d" % number for number in range(2000)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with Bench(source_of(network(address=address))) as bench:
            gateway, _ = server.accept()
            with gateway:
                gateway.sendall(b"".join(code + b"\r\n" for code in codes))
                assert [bench.read() for _ in codes] == [("ok", code) for code in codes]
