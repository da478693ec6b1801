"""Words of a person inside what others wrote."""

from __future__ import annotations

from coding.anchoring.quoting import LEAST, without_words_of


def test_only_long_runs_of_a_persons_words_go() -> None:
    said = ["Vi koker kaffe, og vi tar imot folk hver dag."]
    assert (
        without_words_of("Hun sier «vi KOKER kaffe og vi tar imot» hver uke.", said, "[…]")
        == "Hun sier «[…]» hver uke."
    )
    few = "Hun sier at vi koker kaffe og vi."
    assert LEAST == 6
    assert without_words_of(few, said, "[…]") == few
    assert (
        without_words_of("vi koker kaffe og vi tar imot folk", [], "[…]")
        == "vi koker kaffe og vi tar imot folk"
    )
