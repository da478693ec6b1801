"""One uploaded file -> one plain dataclass. Knows no database and no framework.

A walk through the room: `reading` (limits, choice of reader) -> one reader per format (`text`, `captions`,
`docx`, `odt`, `rtf`, `html`, `pdf`) -> `pieces` (paragraphs, marks) -> `speakers` (who says what) ->
`assembly` -> `document.ReadDocument`.
"""
