"""The codebook as a tree, in the order in which it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from coding.colours import FAMILY_HUES, hue_of
from coding.models import Code, Coding, Membership, Memo, Project
from coding.models.names import search_key
from coding.reports.blindness import blind_sources

SEPARATOR = " > "


@dataclass
class CodeNode:
    """A code with its place. `path` holds the names from the root; `hue` is None for a grey."""

    code: Code
    path: tuple[str, ...]
    depth: int
    hue: int | None
    children: list[CodeNode] = field(default_factory=list)

    @property
    def path_text(self) -> str:
        return SEPARATOR.join(self.path)

    @property
    def own_first(self) -> str:
        """What a list to choose from says: the code's own name, which is seen where there is little room, then where it
        stands."""
        above = SEPARATOR.join(self.path[:-1])
        return f"{self.code.name} ({above})" if above else self.code.name

    @property
    def short(self) -> str:
        """The label that stands beside the colour where there is no room for the name."""
        words = self.code.name.split()
        return words[0][:14] if words else ""

    def walk(self) -> Iterator[CodeNode]:
        """This node and all below it, each after its parent."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class CodeTree:
    """A project's codebook: `roots` are the research questions, `proposed` the codes that no lead has placed."""

    roots: tuple[CodeNode, ...]
    proposed: tuple[CodeNode, ...]
    by_id: dict[int, CodeNode]

    def walk(self) -> Iterator[CodeNode]:
        """All nodes in reading order, the proposed ones last."""
        for root in (*self.roots, *self.proposed):
            yield from root.walk()

    def branch_ids(self, code_id: int) -> list[int]:
        """The ids of a code and of all codes below it."""
        return [node.code.pk for node in self.by_id[code_id].walk()]

    def find(self, path: str) -> CodeNode | None:
        """The node whose names from the root, joined by ` > `, are `path`; a proposed code's path is its name."""
        wanted = tuple(search_key(name) for name in path.split(">"))
        return next(
            (node for node in self.walk() if tuple(search_key(name) for name in node.path) == wanted), None
        )


def code_tree(project: Project) -> CodeTree:
    """The codebook of a project. One query."""
    children: dict[int | None, list[Code]] = defaultdict(list)
    for code in Code.objects.filter(project=project).order_by("position", "sort_key", "id"):
        children[code.parent_id].append(code)
    by_id: dict[int, CodeNode] = {}

    def build(code: Code, above: tuple[str, ...], inherited: int | None) -> CodeNode:
        hue = hue_of(code.colour) if code.colour else inherited
        node = CodeNode(code=code, path=(*above, code.name), depth=len(above), hue=hue)
        by_id[code.pk] = node
        node.children = [build(child, node.path, hue) for child in children[code.pk]]
        return node

    placed = [code for code in children[None] if not code.proposed]
    roots = tuple(build(code, (), FAMILY_HUES[place % len(FAMILY_HUES)]) for place, code in enumerate(placed))
    proposed = tuple(build(code, (), None) for code in children[None] if code.proposed)
    return CodeTree(roots=roots, proposed=proposed, by_id=by_id)


@dataclass(frozen=True)
class Belongings:
    """What a code's deletion takes along. `hidden`: colleagues' codings too that the asker must not see or count."""

    codes: int
    codings: int
    coders: int
    memos: int
    hidden: bool


def belongings(tree: CodeTree, code: Code, member: Membership) -> Belongings:
    """How many codes, codings (of how many coders) and memos the member may know of in a code's branch."""
    ids = tree.branch_ids(code.pk)
    codings = Coding.objects.filter(code_id__in=ids).seen_by(member)
    return Belongings(
        codes=len(ids),
        codings=codings.count(),
        coders=codings.values("coder_id").distinct().count(),
        memos=Memo.objects.filter(code_id__in=ids).count() + Memo.objects.filter(coding__in=codings).count(),
        hidden=blind_sources(member).exists(),
    )
