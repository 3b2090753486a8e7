"""The folder broker: a reader never meets half a message."""

from pathlib import Path

from kombu import Connection

from nakhoncity.kit.broker import Transport


def open_broker(folder: Path) -> Connection:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "c")}
    return Connection("filesystem://", transport_options=options)


def test_filesystem_addresses_mean_the_transport_with_whole_messages(tmp_path):
    assert isinstance(open_broker(tmp_path).transport, Transport)


def test_message_put_is_the_message_got(tmp_path):
    # A queue of its own in each test: the transport remembers for the whole process what is declared.
    with open_broker(tmp_path) as connection, connection.SimpleQueue("one") as queue:
        queue.put({"task": "ring"})

        assert queue.get(timeout=2).payload == {"task": "ring"}


def test_half_written_message_is_passed_over(tmp_path):
    (tmp_path / "1_x.two.msg.part").write_bytes(b"")

    with open_broker(tmp_path) as connection, connection.SimpleQueue("two") as queue:
        queue.put({"task": "ring"})

        assert queue.get(timeout=2).payload == {"task": "ring"}
