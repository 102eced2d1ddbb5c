"""PDF written object by object, for what no program writes: damaged trees, pages out of bounds, odd fonts."""

from __future__ import annotations

AGAIN = "fetch it again, or ask whoever made it for another copy."
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
LATIN = HELVETICA.replace(b">>", b"/Encoding /WinAnsiEncoding >>")
HELLO = b"BT /F 12 Tf 50 700 Td (Bonjour) Tj ET"


def raw(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, the first of them number 1."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, root, start)
    return out


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def pages(*contents: bytes) -> bytes:
    """A PDF with a page of each of these instructions, in Helvetica (`/F`), windows-1252."""
    tree = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(contents)))
    objects = [CATALOG, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (tree, len(contents)), LATIN]
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F 3 0 R >> "
    page += b">> >>"
    for n, content in enumerate(contents):
        objects += [page % (5 + 2 * n), stream(content)]
    return raw(*objects)
