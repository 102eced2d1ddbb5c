"""Ruled tables: from the rules of a page to grids of cells, and from where words stand to the cells they are in."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import neg

from bareme.circulars.documents.pdf_page import Box, TextLine, Word

_THIN = 300
_NEAR = 200
"""Rules closer than this are one; hundredths of a point, as all lengths here."""
_MEETS = 300
_SHORTEST = 300
MOST_RULES = 2_000
"""Of one page; a page with more is a drawing, not a table."""
_PADDING = 900
"""How far inside its cell a text may begin or end for the cell to be its own when it overflows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: where it stands (`at`) and from where to where it runs."""

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a ruled table: `xs` from left to right, `ys` from top to bottom; `first` names for each cell
    (row, column) the first cell of the merged cell that it is in."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    first: dict[tuple[int, int], tuple[int, int]]

    @property
    def box(self) -> Box:
        """The whole table."""
        return self.xs[0], self.ys[-1], self.xs[-1], self.ys[0]

    def cell_box(self, row: int, column: int) -> Box:
        """The box of a cell by itself."""
        return self.xs[column], self.ys[row + 1], self.xs[column + 1], self.ys[row]

    def column_at(self, x: int) -> int:
        """The column at a position; the outermost for what is outside."""
        return min(max(0, bisect_right(self.xs, x) - 1), len(self.xs) - 2)

    def row_at(self, y: int) -> int:
        """The row at a height."""
        return min(max(0, bisect_right(self.ys, -y, key=neg) - 1), len(self.ys) - 2)


def rules_of(boxes: Iterable[Box]) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical rules, pieces of one rule put together."""
    flat, upright = [], []
    for left, bottom, right, top in boxes:
        if top - bottom <= _THIN and right - left > top - bottom:
            flat.append(Rule((bottom + top) // 2, left, right))
        elif right - left <= _THIN and top - bottom > right - left:
            upright.append(Rule((left + right) // 2, bottom, top))
    return _whole(flat), _whole(upright)


def _whole(rules: list[Rule]) -> list[Rule]:
    """Pieces that touch or overlap in one line made one rule; what stays short is no rule."""
    rows: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        if rows and rule.at - rows[-1][0].at <= 100:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    found: list[Rule] = []
    for row in rows:
        row.sort(key=lambda r: r.start)
        at, start, end = row[0].at, row[0].start, row[0].end
        for rule in row[1:]:
            if rule.start <= end + _NEAR:
                end = max(end, rule.end)
            else:
                found.append(Rule(at, start, end))
                at, start, end = rule.at, rule.start, rule.end
        found.append(Rule(at, start, end))
    return [rule for rule in found if rule.end - rule.start >= _SHORTEST]


def grids_of(flat: Sequence[Rule], upright: Sequence[Rule]) -> list[Grid]:
    """The grids that rules make: those that meet one another, at least two of each direction and two columns."""
    if len(flat) + len(upright) > MOST_RULES:
        return []
    found = []
    for level, plumb in _meeting(flat, upright):
        if len(level) < 2 or len(plumb) < 2:
            continue
        xs = _edges([r.at for r in plumb], [r.start for r in level], [r.end for r in level])
        ys = _edges([r.at for r in level], [r.start for r in plumb], [r.end for r in plumb])
        if len(xs) > 2 and len(ys) > 1:
            found.append(_grid(xs, ys[::-1], level, plumb))
    return sorted(found, key=lambda grid: -grid.ys[0])


def _meeting(flat: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules in groups of those that meet."""
    parent = list(range(len(flat) + len(upright)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for n, level in enumerate(flat):
        start, end = level.start - _MEETS, level.end + _MEETS
        for m, plumb in enumerate(upright, start=len(flat)):
            if start <= plumb.at <= end and plumb.start - _MEETS <= level.at <= plumb.end + _MEETS:
                parent[root(n)] = root(m)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for n, level in enumerate(flat):
        groups[root(n)][0].append(level)
    for m, plumb in enumerate(upright, start=len(flat)):
        groups[root(m)][1].append(plumb)
    return list(groups.values())


def _edges(at: list[int], starts: list[int], ends: list[int]) -> tuple[int, ...]:
    """Positions of rules, those that are near one another once, and where the others end beyond them."""
    edges: list[int] = []
    for position in sorted(at):
        if not edges or position - edges[-1] > _NEAR:
            edges.append(position)
    if min(starts) < edges[0] - 2 * _MEETS:
        edges.insert(0, min(starts))
    if max(ends) > edges[-1] + 2 * _MEETS:
        edges.append(max(ends))
    return tuple(edges)


def _grid(xs: tuple[int, ...], ys: tuple[int, ...], flat: Sequence[Rule], upright: Sequence[Rule]) -> Grid:
    """The grid with its merged cells: neighbours without a rule between them are one."""
    between_columns = {x: [r for r in upright if abs(r.at - x) <= _NEAR] for x in xs}
    between_rows = {y: [r for r in flat if abs(r.at - y) <= _NEAR] for y in ys}
    first: dict[tuple[int, int], tuple[int, int]] = {}
    whole_columns = all(_runs_through(between_columns[x], ys[::-1]) for x in xs[1:-1])
    if whole_columns and all(_runs_through(between_rows[y], xs) for y in ys[1:-1]):
        every = [(row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)]
        return Grid(xs, ys, dict(zip(every, every, strict=True)))

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while first[cell] != cell:
            cell = first[cell]
        return cell

    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            here = first[row, column] = (row, column)
            if column and not _covers(between_columns[xs[column]], ys[row + 1], ys[row]):
                first[here] = here = root((row, column - 1))
            if row and not _covers(between_rows[ys[row]], xs[column], xs[column + 1]):
                low, high = sorted((root((row - 1, column)), root(here)))
                first[high] = low
    return Grid(xs, ys, {cell: cell if first[cell] == cell else root(cell) for cell in first})


def _runs_through(rules: Sequence[Rule], edges: Sequence[int]) -> bool:
    """True when rules cover each stretch between edges, because one of them covers all but the first and the last."""
    if not any(rule.start <= edges[1] and rule.end >= edges[-2] for rule in rules):
        return False
    return _covers(rules, edges[0], edges[1]) and _covers(rules, edges[-2], edges[-1])


def _covers(rules: Sequence[Rule], start: int, end: int) -> bool:
    """True when rules cover more than half of a stretch."""
    covered = 0
    for rule in rules:
        if rule.start <= start and rule.end >= end:
            return True
        covered += max(0, min(rule.end, end) - max(rule.start, start))
    return 2 * covered > end - start


def cells_of(grid: Grid, lines: Sequence[TextLine]) -> dict[tuple[int, int], list[Word]]:
    """The words of each cell, by the first cell of the merged cell that they are in."""
    cells: dict[tuple[int, int], list[Word]] = defaultdict(list)
    sizes = Counter(grid.first.values())
    single = {cell for cell, size in sizes.items() if size == 1}
    for line in lines:
        if homely := _homely(grid, single, line):
            for cell, word in homely:
                cells[cell].append(word)
            continue
        homes: dict[tuple[int, int], list[tuple[int, list[Word]]]] = defaultdict(list)
        for row, run in _runs(grid, line):
            homes[_home(grid, row, run)].append((row, run))
        for home, runs in homes.items():
            for row, run in runs:
                if len(runs) > 1 and any(letter.isdigit() for word in run for letter in word.text):
                    home = row, grid.column_at((run[0].left + run[-1].right) // 2)  # rules are missing between them
                cells[home] += run
    return cells


def _homely(grid: Grid, single: set[tuple[int, int]], line: TextLine) -> list[tuple[tuple[int, int], Word]] | None:
    """The cell of each word of a line where none overflows and no cell is merged, as in most lines; else None."""
    found: list[tuple[tuple[int, int], Word]] = []
    xs, last, run = grid.xs, -1, -1
    row, height = -1, None
    for word in line.words:
        column = bisect_right(xs, word.left + 50) - 1
        if not 0 <= column < len(xs) - 1 or word.right - 50 > xs[column + 1] or (word.run == run and column != last):
            return None
        middle = word.base + 30 * word.size // 100
        if middle != height:
            row, height = grid.row_at(middle), middle
        if (row, column) not in single:
            return None
        found.append(((row, column), word))
        last, run = column, word.run
    return found


def _runs(grid: Grid, line: TextLine) -> list[tuple[int, list[Word]]]:
    """Words that belong together, and their row: parted where a rule stands between them, unless drawn in one."""
    runs: list[tuple[int, list[Word]]] = []
    before: Word | None = None
    for word in line.words:
        row = grid.row_at(word.base + 30 * word.size // 100)
        if before is not None:
            gap = word.left - before.right
            wide = 10 * gap > 6 * word.size
            apart = gap > 2 * word.size or (wide and before.run != word.run)
            if not apart and (wide or before.run != word.run):
                here, there = grid.column_at(before.right - 50), grid.column_at(word.left + 50)
                apart = grid.first[row, here] != grid.first[row, there]
            if not apart:
                runs[-1][1].append(word)
                before = word
                continue
        runs.append((row, [word]))
        before = word
    return runs


def _home(grid: Grid, row: int, run: Sequence[Word]) -> tuple[int, int]:
    """The cell that a run of words belongs to: the one it fits into; when it overflows, the one in which it begins
    or ends as a text in a cell does; else the one in which its middle is."""
    left, right = run[0].left, max(word.right for word in run)
    start, end = grid.column_at(left + 50), grid.column_at(right - 50)
    if grid.first[row, start] == grid.first[row, end]:
        return grid.first[row, start]
    if 0 <= left - grid.xs[start] <= _PADDING:
        return grid.first[row, start]
    if 0 <= grid.xs[end + 1] - right <= _PADDING:
        return grid.first[row, end]
    return grid.first[row, grid.column_at((left + right) // 2)]
