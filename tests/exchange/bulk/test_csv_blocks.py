"""Blocks of a CSV file, read apart, give what Python's strict reader gives of the whole, or the file is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bareme.errors import InputError
from bareme.exchange.bulk.csv_blocks import blocks_of, header_of, refuse_unreadable, table_of

pieces = st.lists(
    st.sampled_from(["a", ",", '"', "\n", "\r\n", "é", " ", '""', '"x,\n"', "1,2\n", "\n\n"]), max_size=40
)


def strictly(text: str) -> list[tuple[str, ...]] | None:
    """What Python's reader gives; None for what is no file of two columns."""
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return None
    return rows[1:] if all(len(row) == 2 for row in rows) else None


def in_blocks(path: Path, size: int) -> list[tuple[str, ...]]:
    names = header_of(path)
    found: list[tuple[str, ...]] = []
    for block in blocks_of(path, size=size):
        try:
            found += [tuple(row.values()) for row in table_of(block, names, path.name).to_pylist()]
        except ValueError as error:
            refuse_unreadable(path, len(names))
            raise AssertionError(f"refused, and nothing is wrong: {error}") from None
    return found


@given(parts=pieces, size=st.integers(1, 30))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_are_the_whole(parts: list[str], size: int, tmp_path: Path) -> None:
    text = "x,y\n" + "".join(parts)
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    expected = strictly(text)
    if expected is None:
        with pytest.raises(InputError, match=r"a.csv, line \d+: "):
            in_blocks(path, size)
    else:
        assert in_blocks(path, size) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_may_end_as_they_like(end: str, mark: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(end.join([f"{mark}x,y", "1,2", "", "3,4"]).encode())
    assert in_blocks(path, 4) == [("1", "2"), ("3", "4")]


def test_a_block_begins_where_another_one_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n" + "".join(f'{n},"é\n"\n' for n in range(50)), encoding="utf-8")
    blocks = list(blocks_of(path, size=40))
    assert len(blocks) > 5
    for number, block in enumerate(blocks[:-1]):
        assert b"".join(b.data for b in blocks_of(path, block.end, size=40)) == b"".join(
            b.data for b in blocks[number + 1 :]
        )
