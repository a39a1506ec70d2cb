/**
 * Letters of strokes, for pictures made of pixels. A point is two digits, x from 0 to 4 and y from the
 * descender, 0, over the base line, 2, and the top of small letters, 6, to the top of capitals, 8.
 */

export const BASE = 2;

interface Letter {
  readonly strokes: readonly (readonly (readonly [x: number, y: number])[])[];
  /** To the beginning of the next one. */
  readonly advance: number;
}

const drawn: Readonly<Record<string, string>> = {
  '0': '12 32 43 47 38 18 07 03 12',
  '1': '06 28 22|02 42',
  '2': '07 18 38 47 46 02 42',
  '3': '07 18 38 47 46 35 15|35 44 43 32 12 03',
  '4': '32 38 04 44',
  '5': '48 08 05 35 44 43 32 12 03',
  '6': '38 18 07 03 12 32 43 44 35 15 04',
  '7': '08 48 12',
  '8': '15 06 07 18 38 47 46 35 15 04 03 12 32 43 44 35',
  '9': '12 32 43 47 38 18 07 06 15 35 46',
  A: '02 28 42|14 34',
  B: '02 08 38 47 46 35 05|35 44 43 32 02',
  C: '47 38 18 07 03 12 32 43',
  D: '02 08 28 47 43 22 02',
  E: '48 08 02 42|05 35',
  F: '48 08 02|05 35',
  G: '47 38 18 07 03 12 32 43 45 25',
  H: '02 08|42 48|05 45',
  I: '12 32|22 28|18 38',
  J: '38 33 22 12 03',
  K: '02 08|48 05 42',
  L: '08 02 42',
  M: '02 08 25 48 42',
  N: '02 08 42 48',
  O: '12 32 43 47 38 18 07 03 12',
  P: '02 08 38 47 46 35 05',
  Q: '12 32 43 47 38 18 07 03 12|24 42',
  R: '02 08 38 47 46 35 05|25 42',
  S: '47 38 18 07 06 15 35 44 43 32 12 03',
  T: '08 48|28 22',
  U: '08 03 12 32 43 48',
  V: '08 22 48',
  W: '08 12 26 32 48',
  X: '02 48|08 42',
  Y: '08 25 48|25 22',
  Z: '08 48 02 42',
  a: '16 36 45 42|44 14 03 12 32 43',
  b: '08 02|05 16 36 45 43 32 12 03',
  c: '45 36 16 05 03 12 32 43',
  d: '48 42|45 36 16 05 03 12 32 43',
  e: '04 44 45 36 16 05 03 12 32 43',
  f: '38 28 17 12|06 26',
  g: '46 41 30 10 01|45 36 16 05 03 12 32 43',
  h: '08 02|05 16 36 45 42',
  i: '06 02|08 08',
  j: '16 11 00|18 18',
  k: '08 02|46 04 42',
  l: '08 03 12',
  m: '02 06|05 16 25 22|25 36 45 42',
  n: '02 06|05 16 36 45 42',
  o: '12 32 43 45 36 16 05 03 12',
  p: '00 06|05 16 36 45 43 32 12 03',
  q: '40 46|45 36 16 05 03 12 32 43',
  r: '02 06|05 16 36',
  s: '45 36 16 05 14 34 43 32 12 03',
  t: '17 13 22 32|06 26',
  u: '06 03 12 32 43|46 42',
  v: '06 22 46',
  w: '06 12 25 32 46',
  x: '02 46|06 42',
  y: '06 22|46 10',
  z: '06 46 02 42',
  '.': '02 02',
  ',': '12 01',
  ':': '05 05|03 03',
  ';': '15 15|13 01',
  '-': '05 25',
  '−': '05 45',
  '–': '05 45',
  '+': '05 45|27 23',
  '=': '04 44|06 46',
  '<': '47 05 43',
  '>': '07 45 03',
  '/': '01 48',
  '(': '18 07 03 12',
  ')': '08 17 13 02',
  '%': '08 18 17 07 08|33 43 42 32 33|02 48',
  µ: '06 00|03 12 32 43|46 42',
  '·': '15 15',
  '…': '02 02|22 22|42 42',
  '×': '13 46|16 43',
  _: '01 41',
  "'": '08 07',
  '&': '42 07 18 27 04 03 12 22 44',
  '@': '34 25 14 23 33 34 45 36 16 05 03 12 32',
  '!': '08 04|02 02',
  '?': '07 18 38 47 46 24|22 22',
  '#': '12 18|32 38|04 44|06 46',
  '*': '24 28|05 47|07 45',
  '[': '18 08 02 12',
  ']': '08 18 12 02',
  '^': '06 28 46',
  '|': '00 08',
  '"': '08 07|18 17',
  '→': '05 45|27 45 23',
  '←': '05 45|27 05 23',
  '~': '04 15 25 34 44 45',
};

const missing = '02 08 48 42 02';

const letters = new Map<string, Letter>();

/** A letter that is not drawn is an empty box. */
export function letterOf(character: string): Letter {
  let letter = letters.get(character);
  if (letter === undefined) {
    letter =
      character === ' ' || character === '\u00a0'
        ? { strokes: [], advance: 4 }
        : parse(drawn[character] ?? missing);
    letters.set(character, letter);
  }
  return letter;
}

/** The width of a text in the units of the letters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += letterOf(character).advance;
  return Math.max(0, width - 2);
}

function parse(drawing: string): Letter {
  const strokes = drawing
    .split('|')
    .map((stroke) => stroke.split(' ').map(([x, y]) => [Number(x), Number(y)] as const));
  const right = Math.max(...strokes.flat().map(([x]) => x));
  return { strokes, advance: right + 2 };
}
