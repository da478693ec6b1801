"""What was done, by whom, and each row before and after: the source of history, undo and the feed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from coding.models.projects import Membership, Project

VERBS = {
    "attribute.create": _("added an attribute"),
    "attribute.delete": _("deleted an attribute"),
    "attribute.update": _("changed an attribute"),
    "attribution.correct": _("corrected who counts in a passage"),
    "code.create": _("created a code"),
    "code.delete": _("deleted a code"),
    "code.merge": _("merged codes"),
    "code.move": _("moved a code"),
    "code.update": _("changed a code"),
    "codebook.import": _("imported a codebook"),
    "coding.copy": _("copied passages to another code"),
    "coding.create": _("coded a passage"),
    "coding.delete": _("removed codings"),
    "coding.move": _("moved passages to another code"),
    "coding.confirm": _("confirmed a suggested coding"),
    "coding.recode": _("changed the code of a coding"),
    "coding.reject": _("rejected suggested codings"),
    "coding.resize": _("changed the bounds of a coding"),
    "coding.spread": _("put a code on all results of a query"),
    "coding.suggest": _("had codings suggested"),
    "codings.import": _("imported codings"),
    "comment.reopen": _("opened a comment again"),
    "comment.resolve": _("resolved a comment"),
    "comment.write": _("commented on a summary"),
    "consent.update": _("noted an informant's consent"),
    "evidence.pin": _("pinned a passage to a summary"),
    "evidence.unpin": _("took a passage off a summary"),
    "disclosure.hold": _("let the disclosure check hold again"),
    "disclosure.override": _("let a quotation out against the disclosure check"),
    "disclosure.population": _("changed the populations of the disclosure check"),
    "disclosure.rule": _("changed the rule of the disclosure check"),
    "export": _("exported"),
    "figures.add": _("added figures from elsewhere"),
    "figures.delete": _("deleted figures from elsewhere"),
    "figures.update": _("changed figures from elsewhere"),
    "identity.export": _("exported the key"),
    "identity.look": _("looked into the key"),
    "identity.remove": _("removed the key"),
    "identity.write": _("wrote in the key"),
    "informant.create": _("added an informant"),
    "informant.delete": _("deleted an informant"),
    "informant.export": _("took out everything held about an informant"),
    "informant.update": _("changed an informant"),
    "informant.withdraw": _("removed an informant who withdrew"),
    "informants.import": _("imported informants"),
    "invitation.accept": _("accepted an invitation"),
    "invitation.create": _("made an invitation"),
    "invitation.withdraw": _("withdrew an invitation"),
    "member.password": _("made a link for a new password"),
    "member.update": _("changed a member"),
    "memo.delete": _("deleted a memo"),
    "memo.write": _("wrote a memo"),
    "names.decide": _("decided about names"),
    "names.mark": _("marked a place in a text"),
    "names.replace": _("replaced names in the texts"),
    "project.create": _("created the project"),
    "project.update": _("changed the project"),
    "quotation.add": _("quoted a passage in a report"),
    "quotation.approve": _("approved a print wording"),
    "quotation.remove": _("took a quotation out of a report"),
    "quotation.show": _("changed how a quotation is shown"),
    "quotation.word": _("wrote a print wording"),
    "redo": _("redid an action"),
    "report.arrange": _("arranged a report"),
    "report.create": _("made a report"),
    "report.delete": _("deleted a report"),
    "report.update": _("changed a report"),
    "snapshot.delete": _("deleted a kept table"),
    "snapshot.keep": _("kept a table as it was"),
    "source.assign": _("assigned sources"),
    "source.clear": _("cleared a source"),
    "source.delete": _("deleted a source"),
    "source.finish": _("finished coding a source"),
    "source.import": _("imported a source"),
    "source.reopen": _("opened a finished source again"),
    "source.unassign": _("took sources back"),
    "source.update": _("changed a source"),
    "speaker.update": _("changed the speakers of a source"),
    "stop_words.reset": _("took the shipped list of stop words again"),
    "stop_words.write": _("changed the stop words"),
    "summary.approve": _("approved a summary"),
    "summary.approve_again": _("approved a summary again"),
    "summary.ask": _("asked for changes in a summary"),
    "summary.reopen": _("opened an approved summary again"),
    "summary.restore": _("restored an earlier text of a summary"),
    "summary.submit": _("submitted a summary"),
    "summary.take_back": _("took a submitted summary back"),
    "summary.write": _("wrote a summary"),
    "text.correct": _("corrected a text"),
    "text.purge": _("removed earlier texts for good"),
    "theme.create": _("created a theme"),
    "theme.delete": _("deleted a theme"),
    "theme.move": _("moved a theme"),
    "theme.update": _("changed a theme"),
    "undo": _("undid an action"),
    "view.delete": _("deleted a saved view"),
    "view.rename": _("renamed a saved view"),
    "view.save": _("saved a view"),
    "view.share": _("shared a saved view"),
    "view.unshare": _("took a saved view back"),
}


class AuditEvent(models.Model):
    """One action. `page` is where its actor may undo it (a source's UUID, `codebook`, `sources`); empty: nowhere."""

    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="events")
    actor = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="events")
    verb = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    page = models.CharField(max_length=40, blank=True, default="")
    created = models.DateTimeField()
    undone = models.DateTimeField(null=True)
    reverses = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="reversals")

    class Meta:
        indexes = [
            models.Index(fields=["project", "-id"], name="event_history"),
            models.Index(fields=["actor", "page", "-id"], name="event_undo"),
        ]

    @property
    def sentence(self) -> str:
        """What was done, as the end of a sentence that begins with who did it."""
        return str(VERBS.get(self.verb, self.verb))


class Change(models.Model):
    """One row's change: `before` empty means created, `after` empty means deleted."""

    event = models.ForeignKey(AuditEvent, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    source_id = models.BigIntegerField(null=True, help_text="The source in whose feed it stands.")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source_id", "id"], name="change_feed"),
            models.Index(fields=["kind", "object_id"], name="change_object"),
        ]
        ordering = ["id"]
