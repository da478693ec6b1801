"""One aggregate per module; everything that is stored is named here."""

from coding.models.analysis import OutsideRow, SavedView, Snapshot, StopWords, ViewKind
from coding.models.attributes import Attribute, InformantValue, SourceValue, Value
from coding.models.audit import AuditEvent, Change
from coding.models.chapters import (
    Chapter,
    DisclosureRule,
    Override,
    Population,
    Report,
    ReportQuotation,
    Section,
    SectionTheme,
)
from coding.models.codebook import Code
from coding.models.codings import Attribution, Coding, CodingInformant
from coding.models.identities import SealedIdentity
from coding.models.informants import Informant
from coding.models.jobs import ImportBatch, ImportDraft, Job
from coding.models.memos import Memo
from coding.models.privacy import Certificate, Consent, NameMark
from coding.models.projects import Invitation, Membership, Project, Role, User
from coding.models.sources import Reading, Source, SourceProgress, Speaker, TextVersion, Turn
from coding.models.themes import (
    Evidence,
    Summary,
    SummaryComment,
    SummaryLook,
    SummaryText,
    Theme,
    ThemeCode,
)
from coding.models.words import WordIndex

__all__ = [
    "Attribute",
    "Attribution",
    "AuditEvent",
    "Certificate",
    "Change",
    "Chapter",
    "Code",
    "Coding",
    "CodingInformant",
    "Consent",
    "DisclosureRule",
    "Evidence",
    "ImportBatch",
    "ImportDraft",
    "Informant",
    "InformantValue",
    "Invitation",
    "Job",
    "Membership",
    "Memo",
    "NameMark",
    "OutsideRow",
    "Override",
    "Population",
    "Project",
    "Reading",
    "Report",
    "ReportQuotation",
    "Role",
    "SavedView",
    "SealedIdentity",
    "Section",
    "SectionTheme",
    "Snapshot",
    "Source",
    "SourceProgress",
    "SourceValue",
    "Speaker",
    "StopWords",
    "Summary",
    "SummaryComment",
    "SummaryLook",
    "SummaryText",
    "TextVersion",
    "Theme",
    "ThemeCode",
    "Turn",
    "User",
    "Value",
    "ViewKind",
    "WordIndex",
]
