/** Words that several answers of `iw` share. Newer versions print 5180.0 for 5180. */

export const MHZ = String.raw`(\d+)(?:\.\d+)?`;

/** The text after `name:` on its line, trimmed. */
export function field(text: string, name: string): string | undefined {
  return new RegExp(`^[ \\t]*${name}:(.*)$`, 'm').exec(text)?.[1]?.trim();
}

/** The number that such a text begins with. */
export function numberIn(text: string, name: string): number | undefined {
  const found = /^-?\d+(?:\.\d+)?/.exec(field(text, name) ?? '')?.[0];
  return found === undefined ? undefined : Number(found);
}

/** Pieces that begin where `head` matches, with what it captured. */
export function pieces(text: string, head: RegExp): { head: RegExpMatchArray; body: string }[] {
  const heads = [...text.matchAll(head)];
  return heads.map((match, at) => ({
    head: match,
    body: text.slice(match.index + match[0].length, heads[at + 1]?.index ?? text.length),
  }));
}
