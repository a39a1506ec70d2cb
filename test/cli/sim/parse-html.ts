/** A strict reader of pages: whatever is not closed, crossed or quoted wrongly is an error. */

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  /** Of its own, unescaped, in order. */
  text: string;
}

/** Elements that have no end tag. */
const empty: ReadonlySet<string> = new Set(['meta', 'br', 'input', 'link', 'img']);
/** Elements in which nothing is markup. */
const raw: ReadonlySet<string> = new Set(['script', 'style']);

export function parseHtml(text: string): Element {
  const root: Element = { name: '#root', attributes: new Map(), children: [], text: '' };
  const open = [root];
  const tag = /<(!DOCTYPE html|\/?[a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/gy;
  let at = 0;
  while (at < text.length) {
    const top = open.at(-1)!;
    if (raw.has(top.name)) {
      const end = text.indexOf(`</${top.name}`, at);
      top.text += text.slice(at, end);
      at = end;
    }
    tag.lastIndex = at;
    const found = tag.exec(text);
    if (found === null) {
      if (text[at] === '<') throw new Error(`no tag: ${text.slice(at, at + 80)}`);
      const end = text.indexOf('<', at);
      const piece = text.slice(at, end === -1 ? undefined : end);
      if (piece.includes('>')) throw new Error(`a bare > in: ${piece.slice(0, 80)}`);
      open.at(-1)!.text += plainText(piece);
      at += piece.length;
      continue;
    }
    at = tag.lastIndex;
    const [, name = '', written = '', closed] = found;
    if (name.startsWith('!')) continue;
    if (name.startsWith('/')) {
      const last = open.pop()!;
      if (last.name !== name.slice(1)) throw new Error(`<${name}> closes <${last.name}>`);
      continue;
    }
    const attributes = new Map<string, string>();
    for (const [, key = '', value = ''] of written.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (attributes.has(key)) throw new Error(`<${name}> has ${key} twice`);
      attributes.set(key, plainText(value));
    }
    const element: Element = { name, attributes, children: [], text: '' };
    open.at(-1)!.children.push(element);
    if (closed !== '/' && !empty.has(name)) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  return root;
}

export function everyElement(element: Element): Element[] {
  return [element, ...element.children.flatMap(everyElement)];
}

/** Its own text and that of all in it. */
export function wholeText(element: Element): string {
  return everyElement(element)
    .map(({ text }) => text)
    .join(' ');
}

function plainText(text: string): string {
  return text.replace(/&(#39|\w+);/g, (entity, name: string) => {
    const character = entities[name];
    if (character === undefined) throw new Error(`unknown entity ${entity}`);
    return character;
  });
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};
