"""The words that a project's word counts leave out: lists of its own instead of the shipped ones."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.recording import recording
from coding.language.stop_words import LANGUAGES, shipped
from coding.models import Membership, Role, StopWords
from coding.models.names import search_key, sort_key
from coding.permissions import check_role

PAGE = "stop-words"
MOST = 3_000
LONGEST = 60


def write_stop_words(*, actor: Membership, language: str, words: str) -> bool:
    """Let `words`, one or several to a line, be a project's list for `language`; False where that changes nothing.

    Each word is kept once, in the order of the alphabet. The shipped list written again is no list of its own. Coders
    may. Raises Denied, Invalid.
    """
    check_role(actor, Role.CODER)
    _check_language(language)
    # Words that the alphabet puts in one place, as “ein” and “éin”, still have an order.
    wanted = sorted({search_key(word) for word in words.split()}, key=lambda word: (sort_key(word), word))
    if len(wanted) > MOST:
        raise Invalid(_("A list of stop words has at most %(n)s words.") % {"n": MOST})
    long = next((word for word in wanted if len(word) > LONGEST), None)
    if long is not None:
        raise Invalid(_("“%(word)s…” is too long for a word.") % {"word": long[:20]})
    text = "".join(f"{word}\n" for word in wanted)
    if text == shipped(language):
        return reset_stop_words(actor=actor, language=language)
    with recording(verb="stop_words.write", actor=actor, page=PAGE, details={"language": language}) as record:
        own = StopWords.objects.filter(project=actor.project, language=language).first()
        if own is None:
            record.create(StopWords(project=actor.project, language=language, words=text))
        else:
            record.update(own, words=text)
    return bool(record.changes)


def reset_stop_words(*, actor: Membership, language: str) -> bool:
    """Let the shipped list hold again; False where it does. Coders may. Raises Denied, Invalid."""
    check_role(actor, Role.CODER)
    _check_language(language)
    with recording(verb="stop_words.reset", actor=actor, page=PAGE, details={"language": language}) as record:
        record.delete_many(StopWords.objects.filter(project=actor.project, language=language))
    return bool(record.changes)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Invalid(_("There is no list of stop words for “%(language)s”.") % {"language": language})
