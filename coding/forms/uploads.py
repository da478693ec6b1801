"""Uploaded files on their way in: to disk, inside the data folder, and no larger than a file may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from coding.importing.reading import Limits


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes a file to disk as it arrives. What goes beyond the limit is read and dropped, the file marked `too_big`:
    so the rest of the form arrives, and the answer can be a sentence."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.too_big = False
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > Limits().upload_bytes:
            if not self.too_big:
                self.too_big = True
                self.file.seek(0)
                self.file.truncate()
            return None
        return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        file = super().file_complete(file_size)
        if file is not None:
            file.too_big = self.too_big  # type: ignore[attr-defined]
        return file


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, as a list. An empty one is let through: its reader says what is wrong with it."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [file for file in data or () if isinstance(file, UploadedFile)]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files
