/**
 * Who may explore when: radios are coloured so that no two that hear each other have one colour, and the turn goes from
 * colour to colour. What a radio measures then is its own doing, and no neighbour is experimented on from two sides.
 */
import type { Picture } from '../picture.ts';

/** By address; colours count from 0. Greedy, most neighbours first (Welsh and Powell, 1967). */
export function coloursOf(picture: Picture): Map<string, number> {
  const near = new Map([...picture.views.keys()].map((radio) => [radio, new Set<string>()]));
  for (const view of picture.views.values()) {
    for (const other of picture.neighboursOf(view)) {
      // One that hears another is disturbed by it, whether or not that one hears it.
      near.get(other)?.add(view.address);
      if (near.has(other)) near.get(view.address)!.add(other);
    }
  }
  const order = [...near].sort(([a, one], [b, two]) => two.size - one.size || (a < b ? -1 : 1));
  const colours = new Map<string, number>();
  for (const [radio, others] of order) {
    const taken = new Set([...others].map((other) => colours.get(other)));
    let colour = 0;
    while (taken.has(colour)) colour += 1;
    colours.set(radio, colour);
  }
  return colours;
}

/** Those whose turn it is. `turn` counts up without end. */
export function inTurn(colours: ReadonlyMap<string, number>, turn: number): string[] {
  const count = 1 + Math.max(-1, ...colours.values());
  if (count === 0) return [];
  return [...colours].filter(([, colour]) => colour === turn % count).map(([radio]) => radio);
}
