// What stands in an element, piece by piece: pieces that stay as they are stay in the page, and are not laid out again.

const standing = new WeakMap(); // element -> its pieces as they were made: [{ key, node }]

/** Make `pieces` ({ key, make }) the nodes of `parent`. `key` says all that `make` puts into its node. */
export function setPieces(parent, pieces) {
  let before = standing.get(parent) ?? [];
  // Whoever else changed the element (its text made plain, bars set in it for paper) is not asked what stayed.
  if (before.length !== parent.childNodes.length || before[0]?.node !== parent.firstChild) {
    parent.replaceChildren();
    before = [];
  }
  const most = Math.min(before.length, pieces.length);
  let head = 0;
  while (head < most && before[head].key === pieces[head].key) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail).key === pieces.at(-1 - tail).key) tail += 1;
  const [gone, made] = [before.slice(head, before.length - tail), pieces.slice(head, pieces.length - tail)];
  const kept = before.slice(before.length - tail);
  const now = made.map(({ key, make }) => ({ key, node: make() }));
  for (const { node } of gone) node.remove();
  const fresh = document.createDocumentFragment();
  fresh.append(...now.map(({ node }) => node));
  parent.insertBefore(fresh, kept[0]?.node ?? null);
  standing.set(parent, [...before.slice(0, head), ...now, ...kept]);
}
