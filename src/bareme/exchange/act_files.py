"""Files of acts read whole, for what is priced in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks
from bareme.exchange.bulk.sources import ActsFiles, acts_files

if TYPE_CHECKING:
    import pyarrow as pa


def read_acts(given: str) -> pa.Table:
    """The acts of the files that are given (a file, a pattern, a folder); those of CSV as texts."""
    import pyarrow as pa
    from pyarrow import parquet

    acts = acts_files(given)
    if not acts.types:
        return _of_csv(acts)
    try:
        table = pa.concat_tables(parquet.read_table(file.path) for file in acts.files)
        table.validate(full=True)
        return table
    except (pa.ArrowException, OSError, ValueError):
        names = ", ".join(file.path.name for file in acts.files)
        raise InputError(f"{names} is no Parquet file, or a damaged one. Nothing was priced.") from None


def _of_csv(acts: ActsFiles) -> pa.Table:
    import pyarrow as pa

    tables = [pa.table({name: pa.array([], pa.string()) for name in acts.columns})]
    for file in acts.files:
        for block in csv_blocks.blocks_of(file.path):
            tables.append(csv_blocks.read_block(block, acts.columns, file.path).rename_columns(acts.columns))
    return pa.concat_tables(tables)
