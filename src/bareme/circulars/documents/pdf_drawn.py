"""What is drawn on a page: its straight lines and thin rectangles are rules; pictures and curves are only counted."""

from __future__ import annotations

import ctypes
import itertools
from typing import Any

from bareme.circulars.documents.pdf_bounds import MOST_OBJECTS, MOST_POINTS, Box, Refusal, hundredths
from bareme.circulars.documents.pdf_calls import Calls, Handle

_DEEPEST_FORM = 8
_PATH, _IMAGE, _FORM = 2, 3, 5
_CURVE_TO, _MOVE_TO = 1, 2

Point = tuple[int, int]
Matrix = tuple[Any, ...]


class Drawn:
    """The rules of a page (its straight lines and thin rectangles), the area of its pictures, its curves."""

    def __init__(self, calls: Calls, page: int) -> None:
        self.calls, self.page = calls, page
        self.rules: list[Box] = []
        self.pictures = self.curves = self.objects = self.points = 0

    def read_page(self, page: Handle) -> None:
        """Everything drawn on a page."""
        for index in range(self._most(self.calls.FPDFPage_CountObjects(page))):
            self._read(self.calls.FPDFPage_GetObject(page, index), (1, 0, 0, 1, 0, 0), 0)

    def _most(self, count: int) -> int:
        self.objects += max(0, count)
        if self.objects > MOST_OBJECTS:
            raise Refusal("many_objects", self.page, str(self.objects))
        return count

    def _read(self, drawing: Handle, outer: Matrix, depth: int) -> None:
        calls, kind = self.calls, self.calls.FPDFPageObj_GetType(drawing)
        if kind not in (_PATH, _IMAGE, _FORM):
            return
        matrix = self._matrix(drawing, outer)
        if kind == _PATH:
            self._read_path(drawing, matrix)
        elif kind == _IMAGE:
            a, b, c, d = matrix[:4]
            self.pictures += abs(hundredths(a * d - b * c)) * 100
        elif depth < _DEEPEST_FORM:
            for index in range(self._most(calls.FPDFFormObj_CountObjects(drawing))):
                self._read(calls.FPDFFormObj_GetObject(drawing, index), matrix, depth + 1)

    def _matrix(self, drawing: Handle, outer: Matrix) -> Matrix:
        own = (ctypes.c_float * 6)()
        self.calls.FPDFPageObj_GetMatrix(drawing, own)
        a, b, c, d, e, f = own
        m, n, o, p, q, r = outer
        return (a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r)

    def _read_path(self, drawing: Handle, matrix: Matrix) -> None:
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        self.calls.FPDFPath_GetDrawMode(drawing, ctypes.byref(filled), ctypes.byref(stroked))
        if not filled.value and not stroked.value:
            return
        for points in self._outlines(drawing, matrix):
            if stroked.value:
                for (x0, y0), (x1, y1) in itertools.pairwise(points):
                    if abs(x1 - x0) <= 50 or abs(y1 - y0) <= 50:
                        self.rules.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
            elif len(points) > 1:
                xs, ys = [x for x, _ in points], [y for _, y in points]
                if max(xs) - min(xs) <= 250 or max(ys) - min(ys) <= 250:
                    self.rules.append((min(xs), min(ys), max(xs), max(ys)))

    def _outlines(self, drawing: Handle, matrix: Matrix) -> list[list[Point]]:
        """The straight outlines of a path; those with curves are only counted."""
        calls, outlines, curved = self.calls, [], False
        a, b, c, d, e, f = matrix
        x, y = ctypes.c_float(), ctypes.c_float()
        at_x, at_y = ctypes.byref(x), ctypes.byref(y)
        points: list[Point] = []
        count = calls.FPDFPath_CountSegments(drawing)
        self.points += max(0, count)
        if self.points > MOST_POINTS:
            raise Refusal("many_objects", self.page, str(self.points))
        for index in range(count):
            segment = calls.FPDFPath_GetPathSegment(drawing, index)
            kind = calls.FPDFPathSegment_GetType(segment)
            calls.FPDFPathSegment_GetPoint(segment, at_x, at_y)
            if kind == _MOVE_TO:
                points, curved = [], False
                outlines.append(points)
            elif kind == _CURVE_TO:
                self.curves += 1
                curved = True
            if curved:
                points.clear()
                continue
            u, v = x.value, y.value
            points.append((hundredths(a * u + c * v + e), hundredths(b * u + d * v + f)))
            if calls.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        return outlines
