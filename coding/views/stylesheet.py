"""The colours of a project's codes as a style sheet: a strict policy allows no colour in the page itself."""

from __future__ import annotations

from django.http import HttpResponse

from coding.reports.codebook import CodeNode, code_tree
from coding.views.guard import ProjectRequest, project_view


def _rule(node: CodeNode) -> str:
    """Equal lightness for all codes in both themes; a code's depth only lowers its chroma a little."""
    hue = node.hue if node.hue is not None else 0
    strength = 0.0 if node.hue is None else max(0.55, 1 - 0.12 * node.depth)
    edge = f"light-dark(oklch(0.55 {0.14 * strength:.3f} {hue}), oklch(0.74 {0.12 * strength:.3f} {hue}))"
    fill = f"light-dark(oklch(0.91 {0.055 * strength:.3f} {hue}), oklch(0.36 {0.06 * strength:.3f} {hue}))"
    ink = f"light-dark(oklch(0.40 {0.11 * strength:.3f} {hue}), oklch(0.88 {0.07 * strength:.3f} {hue}))"
    return f".c-{node.code.pk}{{--code:{edge};--code-bg:{fill};--code-ink:var(--more-code-ink,{ink})}}"


@project_view()
def codes_css(request: ProjectRequest) -> HttpResponse:
    """One class `c-<id>` a code, which sets `--code`, `--code-bg` and `--code-ink`."""
    rules = "\n".join(_rule(node) for node in code_tree(request.project).walk())
    return HttpResponse(rules + "\n", content_type="text/css; charset=utf-8")
