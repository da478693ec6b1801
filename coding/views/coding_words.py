"""The sentences that the coding page's script says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coding.models.codings import Origin


def words() -> dict[str, str]:
    """Sentences by key. `%(name)s` is filled by the script; `<key>_one` is said where `n` is 1."""
    return _state() | _choosing() | _coding() | _details() | _who() | _seeing() | _way() | _keys()


def _state() -> dict[str, str]:
    return {
        "saved": _("All saved"),
        "saving": _("Saving …"),
        "not_saved_memo": _("The memo is not saved yet"),
        "not_saved_offline": _("Not saved: %(n)s changes wait for the server"),
        "not_saved_offline_one": _("Not saved: one change waits for the server"),
        "not_saved_signed_out": _(
            "Not saved: you are signed out. Sign in in another tab; %(n)s changes wait here"
        ),
        "not_saved_signed_out_one": _(
            "Not saved: you are signed out. Sign in in another tab; one change waits here"
        ),
        "no_answer": _("No contact with the server. Try again in a moment."),
        "refused": _("The server could not do this. Nothing was changed."),
        "not_saved_corrected": _("Not saved: load the page again, then %(n)s changes are saved"),
        "not_saved_corrected_one": _("Not saved: load the page again, then one change is saved"),
        "corrected": _("The text has been corrected. Load the page again."),
        "load_again": _("Load again"),
        "no_undo_offline": _(
            "There is no contact with the server, so nothing could be undone or done again."
        ),
        "finished": _("Marked as finished by you."),
        "hidden": _("%(n)s codings hidden"),
        "hidden_one": _("1 coding hidden"),
        "reopened": _("Open again: no longer marked as finished by you."),
        "finished_blind": _("Marked as finished by you. You see colleagues’ codings from now on."),
        "reopened_blind": _(
            "Open again: you no longer see colleagues’ codings here, because the project is blind."
        ),
        "is_finished": _("Finished by me"),
        "mark_finished": _("Mark as finished"),
    }


def _choosing() -> dict[str, str]:
    return {
        "n_codings": _("%(n)s codings"),
        "n_codings_one": _("1 coding"),
        "has_memo": _("has a memo"),
        "select_first": _("Select a passage first."),
        "no_coding_chosen": _("Choose a coding of yours first: click it, or press 0 on a selection."),
        "nothing_here": _("There is no coding on the selection."),
        "coding_chosen": _("Chosen: %(code)s"),
        "uncoded_turn": _("Next turn without a coding of yours"),
        "uncoded_turn_above": _("No more turns without a coding below; this one stands further up"),
        "all_coded": _("Every turn of an informant has a coding of yours."),
        "n_found": _("%(n)s codes found"),
        "n_found_one": _("1 code found"),
        "n_ticked": _("%(n)s codes ticked"),
        "n_ticked_one": _("1 code ticked"),
        "palette_title": _("Code “%(words)s”"),
        "palette_look": _("Find a code"),
        "recode_title": _("Another code instead of “%(code)s”"),
        "apply": _("Use this code"),
        "apply_n": _("Use %(n)s codes"),
        "untick": _("Take this code out again"),
        "new_code": _("New code: “%(name)s” (stands under “Proposed”)"),
        "already_here": _("on it already"),
        "proposed": _("Proposed"),
        "on_key": _("On key %(key)s"),
        "empty_key": _("There is no code on key %(key)s yet."),
    }


def _coding() -> dict[str, str]:
    return {
        "coded": _("Coded: %(code)s"),
        "key_taken": _("key %(key)s is now “%(code)s”, before it was “%(before)s”"),
        "already_coded": _("“%(code)s” stands on exactly this passage already."),
        "uncoded": _("Removed: %(code)s"),
        "confirmed": _("Confirmed: %(code)s"),
        "resized": _("The passage is now: “%(words)s”"),
        "creating": _("Making the code “%(code)s” …"),
        "created": _("New code, and coded: %(code)s"),
        "no_new_code": _("There is no contact with the server, and a new code needs it. Nothing was coded."),
        "memo_saved": _("Memo saved"),
        "memo_not_saved": _(
            "Not saved: no contact with the server. Your text stands here; try again in a moment."
        ),
        "memo_rescued": _(
            "The coding is gone. What you wrote about it stands here: save it as a memo on the source."
        ),
    }


def _details() -> dict[str, str]:
    return {
        "you": _("You"),
        "suggested": _("Suggested: counts nowhere yet"),
        "said_suggested": _("suggested: %(code)s"),
        **{f"origin_{origin.value}": str(origin.label) for origin in Origin},
        "selected_words": _("Selected: %(n)s words"),
        "selected_words_one": _("Selected: 1 word"),
        "codings_here": _("%(n)s codings here"),
        "codings_here_one": _("1 coding here"),
        "use_selection": _("Move the coding “%(name)s” here"),
        "bounds": _("Bounds of the passage, by word"),
        "edge_start": _("The start"),
        "edge_end": _("The end"),
        "do_start_earlier": _("Start earlier"),
        "do_start_later": _("Start later"),
        "do_end_earlier": _("End earlier"),
        "do_end_later": _("End later"),
        "do_confirm": _("Confirm"),
        "do_recode": _("Change code"),
        "do_remove": _("Remove"),
        "drag_bounds": _("Drag to move the end of the passage"),
        "your_memo": _("Your memo"),
        "save_memo": _("Save memo"),
        "meaning": _("What this code means"),
        "definition": _("Definition"),
        "use_when": _("Use when"),
        "not_when": _("Do not use when"),
        "example": _("Example"),
        "no_definition": _("This code has no definition yet."),
        "pin": _("Pin to a number key"),
        "unpin": _("Pinned: let it go"),
        "all_passages": _("All passages with this code"),
    }


def _seeing() -> dict[str, str]:
    return {
        "all_codes": _("All codes"),
        "only_code": _("Show only this code"),
        "only_branch": _("Show only its branch"),
        "shown_only": _("Only"),
        "and_below": _("and the codes below it"),
        "n_of_m": _("%(shown)s of %(all)s codings shown"),
        "show_all": _("Show all codings"),
        "all_shown": _("All codings are shown."),
        "turns_left": _("%(left)s of %(all)s turns have no coding of yours"),
        "show_all_turns": _("Show all turns alike"),
        "all_turns_shown": _("All turns are shown alike."),
    }


def _who() -> dict[str, str]:
    return {
        "who_counts": _("Counts for: %(names)s"),
        "who_others": _("unidentified speakers"),
        "who_unidentified": _(
            "Counts for no informant: nobody known counts here. It counts in the source’s city and in the total."
        ),
        "who_no_speakers": _("A text without speakers: it counts by the source’s own city and attributes."),
        "who_interviewers": _("Counted nowhere: only interviewers speak here."),
        "who_nobody": _("Counted nowhere: none of the informants who speak here is ticked."),
        "who_by_hand": _("corrected by hand"),
        "who_reset": _("As the rule says"),
        "who_hint": _(
            "By the rule an informant counts with five words here, or a fifth of what the informants say. "
            "What you tick holds for all codings on exactly this passage, whoever put them there."
        ),
        "n_words": _("%(n)s words"),
        "n_words_one": _("1 word"),
        "memos_on_code": _("Memos on this code"),
        "memos_on_source": _("Memos on this source"),
        "new_memo": _("New memo"),
        "edit_memo": _("Edit"),
        "no_memos": _("No memos yet."),
    }


def _way() -> dict[str, str]:
    return {
        "find_at": _("%(at)s of %(of)s"),
        "find_none": _("“%(words)s” does not stand in this text."),
        "went": _("Turn %(n)s. %(who)s"),
        "went_round": _("No further turn of %(who)s below; this is the first one, turn %(n)s"),
        "go_no_number": _("This text has the turns 1 to %(of)s."),
        "go_no_times": _("There are no times in this text."),
        "go_before_times": _("The first time in this text is a later one."),
        "go_unknown": _("“%(words)s” is no turn, no time and no speaker of this text."),
        "along_code": _("Along this code"),
        "neighbour_on": _("Next"),
        "neighbour_back": _("Previous"),
        "do_neighbour_on": _("The next coding with this code, here or in the next source that has one"),
        "do_neighbour_back": _("The previous coding with this code, here or in a source before this one"),
        "neighbour_at": _("“%(code)s”: %(at)s of %(of)s in this source"),
        "neighbour_last": _(
            "This is the last coding with “%(code)s”: no further source has one that you see."
        ),
        "neighbour_first": _(
            "This is the first coding with “%(code)s”: no earlier source has one that you see."
        ),
        "neighbour_of_what": _("Choose a coding or a code first; then this leads along its code."),
        "stopped_here": _("You stopped here last time."),
        "to_start": _("To the start"),
        "progress": _("Read %(read)s · coded %(coded)s"),
        "progress_read": _("Read %(read)s"),
        "keys_way": _("Find the way"),
        "key_find": _("Find words in the text"),
        "key_go_to": _("Go to a turn, a time or a speaker"),
        "key_neighbour": _("The next or previous coding with the same code, in other sources too"),
    }


def _keys() -> dict[str, str]:
    return {
        "keys_choose": _("Choose a passage"),
        "keys_code": _("Code it"),
        "keys_change": _("Change a coding"),
        "keys_help": _("Help"),
        "key_sentence": _("The next or previous sentence"),
        "key_stretch": _("Stretch the selection by a sentence"),
        "key_word": _("The next or previous word"),
        "key_stretch_word": _("Stretch the selection by a word"),
        "key_next_uncoded": _("The next turn without a coding of yours"),
        "key_let_go": _("Let go of selection and coding"),
        "key_quick": _("The code on that key; the same key again takes it off"),
        "key_again": _("The last codes again; on a suggested coding: confirm it"),
        "key_palette": _("Find a code by a few letters; Tab ticks several, Enter uses them"),
        "key_in_vivo": _("New code named with the words selected"),
        "key_next_here": _("The next coding on the selection"),
        "key_panel": _("To the coding beside the text; Esc leads back"),
        "key_memo": _("Memo on the coding"),
        "key_end": _("Move the end by a word"),
        "key_start": _("Move the start by a word"),
        "key_uncode": _("Remove the coding"),
        "key_undo": _("Undo"),
        "key_redo": _("Do again"),
        "key_help": _("These keys"),
        "keyname_Ctrl": _("Ctrl"),
        "keyname_Shift": _("Shift"),
        "keyname_Enter": _("Enter"),
        "keyname_Escape": _("Esc"),
    }


def summary_words() -> dict[str, str]:
    """What the script of a summary's page says."""
    return {
        "saved": _("All saved"),
        "saving": _("Saving …"),
        "offline": _("Not saved: no contact with the server. Your text waits in this browser."),
        "signed_out": _(
            "Not saved: you are signed out. Sign in in another tab; your text waits in this browser."
        ),
        "server": _("Not saved: the server could not do this. Your text waits in this browser."),
        "recovered": _("This browser kept text that had not been saved. It stands in the field now."),
        "mine_again": _("Your text stands in the field now. The other one is in the history."),
        "theirs_taken": _("The other text stands in the field now. Yours is in the history."),
        "pinned": _("Pinned as %(cite)s, and cited where you were writing."),
    }
