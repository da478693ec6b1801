"""The map of the house."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from coding.views import (
    attributes,
    certificates,
    closing,
    code,
    codebook,
    codebook_files,
    coding_page,
    codings,
    corrections,
    help,
    history,
    imports,
    informants,
    informants_import,
    invitations,
    key,
    language,
    matrix,
    members,
    memos,
    names,
    overview,
    participants,
    projects,
    quotations,
    reading,
    sources,
    speakers,
    stylesheet,
    undo,
)

project_patterns: list[URLPattern | URLResolver] = [
    path("codes.css", stylesheet.codes_css, name="codes_css"),
    *overview.overview_patterns,
    # sources, speakers, informants, memos
    *sources.source_patterns,
    *speakers.speaker_patterns,
    *informants.informant_patterns,
    *informants_import.import_patterns,
    *attributes.attribute_patterns,
    *participants.participant_patterns,
    *key.key_patterns,
    *memos.memo_patterns,
    *names.name_patterns,
    # imports
    path("sources/import/", imports.upload, name="import"),
    path("imports/<uuid:batch>/", imports.import_batch, name="import_batch"),
    path("imports/<uuid:batch>/<uuid:draft>/", imports.import_draft, name="import_draft"),
    # the coding page
    *coding_page.source_patterns,
    *codings.source_patterns,
    *reading.source_patterns,
    *corrections.source_patterns,
    # codebook
    *codebook.codebook_patterns,
    *codebook_files.files_patterns,
    *code.code_patterns,
    # analysis, quotations
    path("analysis/", matrix.matrix, name="matrix"),
    path("analysis/cell/", matrix.cell, name="cell"),
    path("quotations/", quotations.quotations, name="quotations"),
    # members, history
    *members.member_patterns,
    path("settings/", projects.project_settings, name="project_settings"),
    *closing.closing_patterns,
    path("certificates/", certificates.certificates, name="certificates"),
    path("history/", history.history, name="history"),
    path("undo/<path:page>/", undo.undo, name="undo"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", projects.projects, name="projects"),
    path("projects/new/", projects.new_project, name="new_project"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("certificates/<uuid:certificate>/", certificates.certificate, name="certificate"),
    path("language/", language.set_language, name="set_language"),
    path("help/", help.help_page, name="help"),
    path("help/privacy/", help.privacy, name="help_privacy"),
    path("p/<slug:slug>/", include(project_patterns)),
]
