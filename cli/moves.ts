/** A radio's move to another channel, for a person: from, to, and below it why. */
import { wrap } from './wrap.ts';

export interface Move {
  readonly radio: string;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
}

/** `head` begins the first line, such as the time it happened. */
export function moveLines(head: string, { radio, from, to, reason }: Move): string[] {
  const below = ' '.repeat(head.length + radio.length);
  return [
    `${head}${radio}  from ${from ?? 'none'}`,
    `${below}  to   ${to}`,
    ...wrap(reason, ' '.repeat(head.length)),
  ];
}
