"""One aggregate per module; everything that is stored is named here."""

from coding.models.attributes import Attribute, InformantValue, SourceValue, Value
from coding.models.audit import AuditEvent, Change
from coding.models.codebook import Code
from coding.models.codings import Attribution, Coding, CodingInformant
from coding.models.identities import SealedIdentity
from coding.models.informants import Informant
from coding.models.jobs import ImportBatch, ImportDraft, Job
from coding.models.memos import Memo
from coding.models.privacy import Certificate, Consent, NameMark
from coding.models.projects import Invitation, Membership, Project, Role, User
from coding.models.sources import Reading, Source, SourceProgress, Speaker, TextVersion, Turn

__all__ = [
    "Attribute",
    "Attribution",
    "AuditEvent",
    "Certificate",
    "Change",
    "Code",
    "Coding",
    "CodingInformant",
    "Consent",
    "ImportBatch",
    "ImportDraft",
    "Informant",
    "InformantValue",
    "Invitation",
    "Job",
    "Membership",
    "Memo",
    "NameMark",
    "Project",
    "Reading",
    "Role",
    "SealedIdentity",
    "Source",
    "SourceProgress",
    "SourceValue",
    "Speaker",
    "TextVersion",
    "Turn",
    "User",
    "Value",
]
