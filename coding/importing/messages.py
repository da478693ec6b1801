"""Every sentence of this room, in one table. Callers translate: `gettext(SENTENCES[m.code]) % m.params`."""

from __future__ import annotations

from .document import Message


def gettext_noop(sentence: str) -> str:
    return sentence


SENTENCES: dict[str, str] = {
    # Refusals
    "empty": gettext_noop("The file is empty."),
    "no_text": gettext_noop("The file holds no text."),
    "too_big": gettext_noop("The file is larger than %(limit)s MB, which is the most that can be imported."),
    "too_many_characters": gettext_noop(
        "The file holds more than %(limit)s characters of text, which is the most that can be imported."
    ),
    "too_many_pages": gettext_noop(
        "The PDF has more than %(limit)s pages, which is the most that can be imported."
    ),
    "too_slow": gettext_noop("Reading the file took more than %(seconds)s seconds, so it was stopped."),
    "too_heavy": gettext_noop("Reading the file needed more memory than is allowed, so it was stopped."),
    "crashed": gettext_noop(
        "The file could not be read: it is damaged or built in a way that no reader expects."
    ),
    "damaged": gettext_noop("The file is damaged and cannot be opened."),
    "unpacks_too_big": gettext_noop(
        "The file unpacks to far more than a document of its size should, so it was not opened."
    ),
    "too_many_members": gettext_noop("The file is packed with more parts than a document should have."),
    "doctype": gettext_noop(
        "The file declares its own document type or entities, which a document has no need of, so it was not opened."
    ),
    "encrypted": gettext_noop("The file is protected with a password. Save it without one and try again."),
    "binary_doc": gettext_noop(
        "This is an old Word document (.doc). Open it in Word or LibreOffice, save it as .docx and import that."
    ),
    "legacy_office": gettext_noop("This is an old Office file. Save it as .docx and import that."),
    "image_only_pdf": gettext_noop(
        "The PDF holds pictures of pages and no text. Run text recognition on it first, or import another format."
    ),
    "spreadsheet": gettext_noop("This is a spreadsheet or a presentation, not a transcript."),
    "media": gettext_noop("This is a sound, picture or video file. Import its transcript instead."),
    "archive": gettext_noop("This is an archive. Unpack it and import the files inside."),
    "unsupported": gettext_noop(
        "This kind of file cannot be read. DOCX, ODT, RTF, PDF, TXT, MD, HTML, VTT and SRT can."
    ),
    "binary": gettext_noop("The file holds binary data, not text."),
    "bad_encoding": gettext_noop("The file cannot be read as %(encoding)s."),
    "missing": gettext_noop("The file cannot be opened."),
    # Spreadsheets
    "legacy_spreadsheet": gettext_noop(
        "This is an old or protected Excel file. Save it as .xlsx or CSV, without a password, and import that."
    ),
    "not_a_spreadsheet": gettext_noop("This is no spreadsheet that can be read. CSV and XLSX can."),
    "no_rows": gettext_noop("The spreadsheet holds no rows below its headings."),
    "double_heading": gettext_noop("Two columns have the heading “%(heading)s”."),
    "bad_quotes": gettext_noop("Line %(line)s: a quotation mark stands where none can, or is never closed."),
    "too_many_columns": gettext_noop("The spreadsheet has more than %(limit)s columns."),
    "too_many_rows": gettext_noop(
        "The spreadsheet has more than %(limit)s rows, which is the most that can be imported."
    ),
    # Warnings
    "read_as": gettext_noop(
        "The name ends in %(ending)s, but the content is %(format)s and was read as that."
    ),
    "encoding_guessed": gettext_noop(
        "The file does not say how its letters are stored; it was read as %(encoding)s. Look at æ, ø and å."
    ),
    "encoding_mixed": gettext_noop(
        "Some letters (%(count)s) are stored in another way than the rest and were read as Windows-1252."
    ),
    "no_speakers": gettext_noop("No speakers were recognised."),
    "possible_label": gettext_noop(
        "“%(label)s:” stands once, like a speaker’s label, and was left in the text."
    ),
    "empty_turns": gettext_noop("Turns without any words: %(count)s. They were left out."),
    "deletions_dropped": gettext_noop(
        "Tracked deletions: %(count)s. They were left out; insertions were kept."
    ),
    "notes_found": gettext_noop("Comments and notes in the file: %(count)s. They are offered as notes."),
    "margin_numbers": gettext_noop("Numbers printed in the margin: %(count)s. They were left out."),
    "page_furniture": gettext_noop(
        "Page headers, footers and page numbers: %(count)s lines. They were left out."
    ),
    "empty_pages": gettext_noop("Pages without text: %(pages)s. They may be pictures."),
    "pictures": gettext_noop("Pictures in the file: %(count)s. They were left out."),
    "tiers_dropped": gettext_noop("Lines of analysis under the speech: %(count)s. They were left out."),
    "overlap_split": gettext_noop(
        "Passages where two speak at once: %(count)s. They became turns of their own."
    ),
    "hidden_dropped": gettext_noop("Hidden text was left out."),
    "recording_dropped": gettext_noop(
        "The name of the recording above the transcript was left out: it may name somebody."
    ),
}

# Warnings in a word or two, for a list of files.
SHORT: dict[str, str] = {
    "read_as": gettext_noop("Another format"),
    "encoding_guessed": gettext_noop("Letters guessed"),
    "encoding_mixed": gettext_noop("Some letters guessed"),
    "no_speakers": gettext_noop("No speakers"),
    "possible_label": gettext_noop("One more speaker?"),
    "empty_turns": gettext_noop("Empty turns left out"),
    "deletions_dropped": gettext_noop("Deletions left out"),
    "notes_found": gettext_noop("Comments and notes"),
    "margin_numbers": gettext_noop("Margin numbers left out"),
    "page_furniture": gettext_noop("Headers and footers left out"),
    "empty_pages": gettext_noop("Pages without text"),
    "pictures": gettext_noop("Pictures left out"),
    "tiers_dropped": gettext_noop("Analysis lines left out"),
    "overlap_split": gettext_noop("Two speak at once"),
    "hidden_dropped": gettext_noop("Hidden text left out"),
    "recording_dropped": gettext_noop("Recording’s name left out"),
}

# Of these, those after which the text itself may be wrong.
DOUBTFUL = frozenset({"encoding_guessed", "encoding_mixed", "no_speakers", "possible_label", "empty_pages"})

FORMAT_NAMES = {
    "docx": "DOCX",
    "odt": "ODT",
    "rtf": "RTF",
    "pdf": "PDF",
    "txt": "TXT",
    "md": "Markdown",
    "html": "HTML",
    "vtt": "VTT",
    "srt": "SRT",
}


def english(message: Message) -> str:
    """The sentence in English, for logs and tests; a page translates `SENTENCES[message.code]` itself."""
    return SENTENCES[message.code] % dict(message.params)
