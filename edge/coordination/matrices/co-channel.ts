import { overlapShare, span } from '#protocols/channels.ts';
import { sendersIn } from '../surroundings.ts';
import { floats, type MatrixEntry } from './entry.ts';

/** By where the channels lie; 1 where the whole of the row's is shared, as with itself. */
export const coChannel: MatrixEntry = {
  kind: 'co-channel',
  fill(surroundings) {
    const rows = surroundings.radios.flatMap(({ name, state: { channel } }) =>
      channel === null ? [] : [{ name, channel }],
    );
    const columns = sendersIn(surroundings);
    return floats(names(rows), names(columns), (row, column) =>
      overlapShare(span(rows[row]!.channel), span(columns[column]!.channel)),
    );
  },
};

function names(of: readonly { readonly name: string }[]): string[] {
  return of.map(({ name }) => name);
}
