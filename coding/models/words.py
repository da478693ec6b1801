"""The words of the current texts as the search reads them."""

from __future__ import annotations

from django.db import models

from coding.models.sources import TextVersion


class WordIndex(models.Model):
    """One text as the analyser read it, derived: it goes with the text and can be made again.

    `vocabulary` holds each form once: [form, lemma, other lemmas, lemmas of its parts]. `places` are three rows of
    `size` little-endian 32-bit numbers: where each word starts and ends (code points), and its number in the
    vocabulary. `sentences` are the numbers of the words with which sentences begin, as 32-bit numbers too.
    """

    version = models.OneToOneField(
        TextVersion, primary_key=True, on_delete=models.CASCADE, related_name="word_index"
    )
    edition = models.PositiveIntegerField()
    made_by = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    vocabulary = models.JSONField()
    places = models.BinaryField()
    sentences = models.BinaryField()
    made = models.DateTimeField(auto_now=True)
