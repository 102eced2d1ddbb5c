"""A nation's acts: a price table of 20,000 codes, 20 yearly versions and 2 regimes, and acts over 19 years.

Codes are drawn by Zipf's law, one act in a hundred has a code that is none; the same seed gives the same acts.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from bareme.book.prices import columns_of

YEARS = (2004, 2025)
"""The years of the table: one before the first tariff, one after the last."""
CHOICES = ("regime",)
FILES = 4
KNOWN = ("code", "date", "regime", "quantity")
PRICES = """
SELECT *, CASE WHEN outcome = 'priced' THEN fee_ END AS fee,
  CASE WHEN outcome = 'priced' THEN fee_ - share END AS intervention,
  CASE WHEN outcome = 'priced' THEN share END AS patient_share,
  make_date(CASE WHEN year = $first THEN 1 ELSE year END, 1, 1) AS valid_from,
  CASE WHEN year = $last THEN DATE '9999-12-31' ELSE make_date(year + 1, 1, 1) END AS valid_to,
  'toy/' || year AS circular, 'toy/' || year || ':' || code AS line_id, 'act' AS basis, 'actual' AS intervention_kind,
  '' AS not_published, CASE outcome WHEN 'not_in_force' THEN 'before_first' END AS reason,
  CASE outcome WHEN 'needs_information' THEN 'regime' ELSE '' END AS needs, 'published' AS certainty,
  -1 AS age_from, 1000 AS age_to
FROM (
  SELECT lpad((10000 + c)::VARCHAR, 5, '0') || (10000 + c) % 7 AS code, y::INTEGER AS year, regime AS fact_regime,
    (hash(c, y) % 100000)::BIGINT AS fee_, (fee_ * (hash(c) % 25)::BIGINT // 100)::BIGINT AS share,
    CASE WHEN y = $first THEN 'not_in_force' WHEN regime = '' THEN 'needs_information' ELSE 'priced' END AS outcome
  FROM range($codes) t(c), range($first, $last + 1) u(y), (VALUES ('preferential'), ('ordinary'), ('')) v(regime)
)
"""
ACTS = """
SELECT CASE WHEN hash(n, 1) % 100 = 0 THEN '999999' ELSE stem || stem % 7 END AS code,
  DATE '2005-06-01' + (hash(n, 2) % 6940)::INTEGER AS date,
  CASE WHEN hash(n, 3) % 20 = 0 THEN NULL WHEN hash(n, 3) % 3 = 0 THEN 'preferential' ELSE 'ordinary' END AS regime,
  (1 + hash(n, 4) % 3)::BIGINT AS quantity, n AS reference
FROM (SELECT n, 10000 + floor($codes ** ((hash(n) % 1000003) / 1000003.0) - 1)::INTEGER AS stem
  FROM range($start, $stop) t(n))
"""
"""The codes' ranks have a density of one over their rank: Zipf's law."""


def arrow(query: str, **given: int) -> pa.Table:
    """What a query gives."""
    # The connection that `duckdb.sql` shares shows its progress on standard output.
    return duckdb.connect().execute(query, given).to_arrow_table()


def make_prices(codes: int) -> pa.Table:
    """The price table."""
    kinds = {"text": pa.string(), "number": pa.int32(), "cents": pa.int64(), "day": pa.date32()}
    found = arrow(PRICES, codes=codes, first=YEARS[0], last=YEARS[1])
    columns = {
        name: found.column(name).cast(kinds[kind]) if name in found.column_names else pa.nulls(len(found), kinds[kind])
        for name, kind in columns_of(CHOICES).items()
    }
    return pa.table(columns)


def make_acts(folder: Path, acts: int, codes: int) -> list[Path]:
    """The files of acts."""
    files = [folder / f"acts-{n}.parquet" for n in range(FILES)]
    for n, path in enumerate(files):
        given = {"codes": codes, "start": acts * n // FILES, "stop": acts * (n + 1) // FILES}
        parquet.write_table(arrow(ACTS, **given), path, row_group_size=122_880)
    return files
