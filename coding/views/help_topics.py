"""Which chapter of the manual tells about which page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from coding import manual

# The name of a page's address -> a chapter, and the heading in it.
TOPICS = {
    "projects": "ten-minutes#open-the-demo-study",
    "new_project": "leads#begin-a-study",
    "project": "researchers#the-front-page-of-a-study",
    "account_login": "administrators#when-somebody-cannot-get-in",
    "account_inactive": "administrators#when-somebody-cannot-get-in",
    "invitation": "leads#members-and-rights",
    # sources
    "sources": "researchers#the-front-page-of-a-study",
    "source_details": "leads#share-the-sources",
    "source_delete": "researchers#undo",
    "speakers": "researchers#who-speaks",
    "speakers_merge": "researchers#who-speaks",
    "import": "researchers#import",
    "import_batch": "researchers#import",
    "import_draft": "researchers#import",
    "source": "researchers#read-and-code",
    "source_codings": "researchers#read-and-code",
    "source_text": "researchers#correct-a-text",
    "text_correct": "researchers#correct-a-text",
    "text_purge": "researchers#correct-a-text",
    "text_review": "researchers#correct-a-text",
    "memos": "researchers#memos",
    "memo": "researchers#memos",
    # informants, names
    "informants": "researchers#who-speaks",
    "informant_new": "researchers#who-speaks",
    "informant": "researchers#who-speaks",
    "informant_delete": "researchers#who-speaks",
    "informants_import": "researchers#who-speaks",
    "informants_apply": "researchers#who-speaks",
    "attributes": "researchers#who-speaks",
    "attribute": "researchers#who-speaks",
    "attribute_value": "researchers#who-speaks",
    "attribute_delete": "researchers#who-speaks",
    "informant_privacy": "data-protection#consent",
    "informant_withdraw": "data-protection#withdraw-an-informant",
    "key": "data-protection#where-names-are",
    "names": "data-protection#from-import-to-cleared",
    "names_replace": "data-protection#from-import-to-cleared",
    "source_names": "data-protection#from-import-to-cleared",
    "certificates": "data-protection#the-end-of-a-study",
    "certificate": "data-protection#the-end-of-a-study",
    # codebook
    "codebook": "leads#the-codebook",
    "code": "leads#the-codebook",
    "code_passages": "leads#the-codebook",
    "code_new": "leads#the-codebook",
    "code_edit": "leads#the-codebook",
    "code_move": "leads#the-codebook",
    "code_merge": "leads#the-codebook",
    "code_delete": "leads#the-codebook",
    "codebook_import": "leads#the-codebook",
    "code_memos": "researchers#memos",
    "code_memo": "researchers#memos",
    # analysis, quotations
    "matrix": "leads#read-the-numbers",
    "cell": "leads#read-the-numbers",
    "together": "leads#codes-together",
    "together_pair": "leads#codes-together",
    "queries": "leads#queries",
    "queries_code": "leads#queries",
    "save_view": "leads#saved-views-and-kept-tables",
    "saved_view": "leads#saved-views-and-kept-tables",
    "snapshots": "leads#saved-views-and-kept-tables",
    "snapshot": "leads#saved-views-and-kept-tables",
    "figures": "leads#saved-views-and-kept-tables",
    "figures_add": "leads#saved-views-and-kept-tables",
    "figures_change": "leads#saved-views-and-kept-tables",
    "search": "researchers#search",
    "concordance": "researchers#search",
    "words": "researchers#search",
    "stop_words": "researchers#search",
    "suggest": "researchers#suggested-codings",
    "suggestions": "researchers#suggested-codings",
    "quotations": "leads#quotations",
    "copy_quotation": "leads#quotations",
    # themes, reports
    "themes": "leads#themes-and-summaries",
    "themes_waiting": "leads#themes-and-summaries",
    "new_theme": "leads#themes-and-summaries",
    "theme": "leads#themes-and-summaries",
    "delete_theme": "leads#themes-and-summaries",
    "summary": "leads#themes-and-summaries",
    "summary_history": "leads#themes-and-summaries",
    "reports": "leads#report",
    "report_new": "leads#report",
    "report": "leads#report",
    "report_settings": "leads#report",
    "report_delete": "leads#report",
    "chapter": "leads#report",
    "section_choose": "leads#report",
    "report_quotation": "leads#report",
    "report_rules": "leads#report",
    "report_disclosure": "leads#report",
    "report_balance": "leads#report",
    "report_export": "leads#report",
    "report_file": "leads#report",
    # members, settings, history
    "members": "leads#members-and-rights",
    "member": "leads#members-and-rights",
    "member_password": "administrators#when-somebody-cannot-get-in",
    "new_invitation": "leads#members-and-rights",
    "project_settings": "leads#begin-a-study",
    "project_end": "leads#the-end-of-a-study",
    "end_key": "leads#the-end-of-a-study",
    "end_project": "leads#the-end-of-a-study",
    "history": "researchers#undo",
}


@dataclass(frozen=True)
class Topic:
    title: str
    address: str


def topic(page: str, language: str) -> Topic | None:
    """What tells about the page with this name, in a language; None where nothing does."""
    if page not in TOPICS:
        return None
    name, at = TOPICS[page].split("#")
    found = manual.chapter(name, language)
    text = next(heading.text for heading in found.headings if heading.id == at)
    return Topic(f"{found.title}: {text}", f"{reverse('help_chapter', args=[name])}#{at}")
