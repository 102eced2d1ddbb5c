"""The functions of pdfium that reading calls, with plain numbers for handles: thousands of calls for one page."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

Handle = Any
Calls = Any

_POINTER, _INT, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
_INTEGERS: dict[str, tuple[Any, ...]] = {
    "FPDF_GetPageCount": (_POINTER,),
    "FPDF_GetPageBoundingBox": (_POINTER, _POINTER),
    "FPDFPage_GetRotation": (_POINTER,),
    "FPDFPage_CountObjects": (_POINTER,),
    "FPDFPageObj_GetType": (_POINTER,),
    "FPDFPageObj_GetMatrix": (_POINTER, _POINTER),
    "FPDFFormObj_CountObjects": (_POINTER,),
    "FPDFPath_CountSegments": (_POINTER,),
    "FPDFPath_GetDrawMode": (_POINTER, _POINTER, _POINTER),
    "FPDFPathSegment_GetType": (_POINTER,),
    "FPDFPathSegment_GetPoint": (_POINTER, _POINTER, _POINTER),
    "FPDFPathSegment_GetClose": (_POINTER,),
    "FPDFTextObj_GetTextRenderMode": (_POINTER,),
    "FPDFText_CountChars": (_POINTER,),
}
_HANDLES: dict[str, tuple[Any, ...]] = {
    "FPDF_LoadMemDocument64": (_POINTER, _SIZE, _POINTER),
    "FPDF_LoadPage": (_POINTER, _INT),
    "FPDFPage_GetObject": (_POINTER, _INT),
    "FPDFFormObj_GetObject": (_POINTER, ctypes.c_ulong),
    "FPDFPath_GetPathSegment": (_POINTER, _INT),
    "FPDFText_LoadPage": (_POINTER,),
    "FPDFTextObj_GetFont": (_POINTER,),
    "FPDFBitmap_CreateEx": (_INT, _INT, _INT, _POINTER, _INT),
}
_OTHERS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "FPDF_InitLibrary": (None, ()),
    "FPDF_GetLastError": (ctypes.c_ulong, ()),
    "FPDF_CloseDocument": (None, (_POINTER,)),
    "FPDF_ClosePage": (None, (_POINTER,)),
    "FPDFText_ClosePage": (None, (_POINTER,)),
    "FPDFBitmap_FillRect": (None, (_POINTER, _INT, _INT, _INT, _INT, ctypes.c_ulong)),
    "FPDF_RenderPageBitmap": (None, (_POINTER, _POINTER, _INT, _INT, _INT, _INT, _INT, _INT)),
    "FPDFText_GetFontInfo": (ctypes.c_ulong, (_POINTER, _INT, _POINTER, ctypes.c_ulong, _POINTER)),
}
_OF_CHARACTERS: dict[str, Any] = {
    "FPDFText_GetUnicode": ctypes.c_uint,
    "FPDFText_GetTextObject": _SIZE,
    "FPDFText_HasUnicodeMapError": _INT,
    "FPDFText_GetLooseCharBox": _INT,
    "FPDFText_GetMatrix": _INT,
    "FPDFText_GetCharOrigin": _INT,
    "FPDFText_GetFontSize": ctypes.c_double,
}
"""Called for every character, or every few. Their arguments are not converted, which halves their time: a handle must
be a pointer of ctypes (a plain number would lose its upper half), an index a plain number, a place to write to a
`byref`."""


def load_calls() -> Calls:
    """The functions by their names, from the library that pypdfium2 brings.

    They keep Python's lock while they run: the process that calls them has one thread.
    """
    from pypdfium2_raw import bindings

    library = ctypes.PyDLL(None, handle=bindings._libs["pdfium"]._handle)
    declared = {name: (_INT, arguments) for name, arguments in _INTEGERS.items()}
    declared |= {name: (_SIZE, arguments) for name, arguments in _HANDLES.items()} | _OTHERS
    calls = SimpleNamespace()
    for name, (result, arguments) in declared.items():
        call = library[name]  # a function of its own: the types that pypdfium2 gave to its own stay
        call.restype, call.argtypes = result, arguments
        setattr(calls, name, call)
    for name, result in _OF_CHARACTERS.items():
        call = library[name]
        call.restype = result
        setattr(calls, name, call)
    return calls
