/** Subscriptions by subject filter: `*` stands for one token, a last `>` for one or more. */

class Branch<Item> {
  readonly children = new Map<string, Branch<Item>>();
  readonly items = new Set<Item>();
  /** What is subscribed to everything below this branch, by a last `>`. */
  readonly below = new Set<Item>();
}

export class SubjectIndex<Item> {
  readonly #root = new Branch<Item>();

  add(filter: string, item: Item): void {
    const { branch, isOpen } = this.#walk(filter);
    (isOpen ? branch.below : branch.items).add(item);
  }

  /** Empty branches stay: the same filters come back when a process does. */
  remove(filter: string, item: Item): void {
    const { branch, isOpen } = this.#walk(filter);
    (isOpen ? branch.below : branch.items).delete(item);
  }

  /** Everything whose filter takes the subject, in no particular order. */
  match(subject: string): Item[] {
    const found: Item[] = [];
    collect(this.#root, subject.split('.'), 0, found);
    return found;
  }

  #walk(filter: string): { branch: Branch<Item>; isOpen: boolean } {
    const tokens = filter.split('.');
    const isOpen = tokens.at(-1) === '>';
    if (isOpen) tokens.pop();
    let branch = this.#root;
    for (const token of tokens) {
      let next = branch.children.get(token);
      if (next === undefined) {
        next = new Branch();
        branch.children.set(token, next);
      }
      branch = next;
    }
    return { branch, isOpen };
  }
}

function collect<Item>(
  branch: Branch<Item>,
  tokens: readonly string[],
  depth: number,
  found: Item[],
): void {
  if (depth === tokens.length) {
    found.push(...branch.items);
    return;
  }
  found.push(...branch.below);
  const exact = branch.children.get(tokens[depth]!);
  if (exact !== undefined) collect(exact, tokens, depth + 1, found);
  const any = branch.children.get('*');
  if (any !== undefined) collect(any, tokens, depth + 1, found);
}

/** A test for one filter, quick for the common `prefix.>`. */
export function subjectFilter(filter: string): (subject: string) => boolean {
  if (!filter.includes('*') && filter.endsWith('.>')) {
    const prefix = filter.slice(0, -1);
    return (subject) => subject.length > prefix.length && subject.startsWith(prefix);
  }
  if (filter === '>') return () => true;
  if (!filter.includes('*')) return (subject) => subject === filter;
  const wanted = filter.split('.');
  return (subject) => {
    const tokens = subject.split('.');
    for (const [index, token] of wanted.entries()) {
      if (token === '>') return tokens.length > index;
      if (index >= tokens.length) return false;
      if (token !== '*' && token !== tokens[index]) return false;
    }
    return tokens.length === wanted.length;
  };
}
