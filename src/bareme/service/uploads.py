"""Files that come in the body of a request: as it is, or as the one file of a form; and what they may be called."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from bareme.errors import InputError

FORM = "multipart/form-data"
LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file with the name that it is called by; it is no place on this machine."""

    name: str
    content: bytes


def type_of(request: Request) -> str:
    """The media type of a request's body, without parameters; empty where none is given."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def document_of(request: Request, name: str | None) -> Uploaded:
    """The document of a request: the file `document` of a form, or the body itself, then called `name`."""
    if type_of(request) == FORM:
        files = await files_of(request, "document")
        own = files["document"]
        return own if name is None else Uploaded(plain_name(name), own.content)
    return Uploaded(plain_name(name or ""), await request.body())


async def files_of(request: Request, needed: str, *others: str) -> dict[str, Uploaded]:
    """The files of a form by the name of their field; `InputError` for another field, one that is text or twice."""
    known = (needed, *others)
    async with request.form(max_files=len(known), max_fields=0) as form:
        return await _files(form, needed, known)


async def _files(form: FormData, needed: str, known: tuple[str, ...]) -> dict[str, Uploaded]:
    found: dict[str, Uploaded] = {}
    for field, value in form.multi_items():
        if field not in known or not isinstance(value, UploadFile):
            raise InputError(f"the form has {field[:50]!r}; it may have the files {', '.join(known)}.")
        if field in found:
            raise InputError(f"the form has the file {field!r} twice.")
        found[field] = Uploaded(plain_name(value.filename or ""), await value.read())
    if needed not in found:
        raise InputError(f"the form has no file {needed!r}.")
    return found


def plain_name(given: str) -> str:
    """What a file is called, without folders and signs that are not seen; `document` where nothing is left."""
    last = given.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return seen.strip().lstrip(".")[:LONGEST_NAME] or "document"


def form_of(files: Mapping[str, str], needed: str, bodies: Mapping[str, Any]) -> dict[str, Any]:
    """The `requestBody` of an address that takes a form of files (with what each is), or other bodies by media type."""
    fields = {name: {"type": "string", "format": "binary", "description": means} for name, means in files.items()}
    form = {"type": "object", "required": [needed], "additionalProperties": False, "properties": fields}
    content = {FORM: {"schema": form}, **{kind: {"schema": body} for kind, body in bodies.items()}}
    return {"requestBody": {"required": True, "content": content}}
