import { Matrix } from '#protocols/telemetry/fields.ts';
import { channelWord } from '../channel-word.ts';
import { sendersIn } from '../surroundings.ts';
import type { MatrixEntry } from './entry.ts';

/** Of the node's own radios and the fleet's that they hear. One that is tuned to nothing has no 1. */
export const assignment: MatrixEntry = {
  kind: 'assignment',
  fill(surroundings) {
    const own = surroundings.radios.map(({ name, state: { channel } }) => ({ name, channel }));
    const names = new Set(own.map(({ name }) => name));
    const fleet = sendersIn(surroundings).filter(({ name, isOurs }) => isOurs && !names.has(name));
    const all = [...own, ...fleet].map(({ name, channel }) => ({
      name,
      word: channel === null ? undefined : channelWord(channel),
    }));
    const columns = [...new Set(all.flatMap(({ word }) => word ?? []))].sort();
    if (columns.length === 0) return undefined;
    const values = all.flatMap(({ word }) => columns.map((column) => (column === word ? 1 : 0)));
    return {
      rows: all.map(({ name }) => name),
      columns,
      cells: new Matrix(all.length, columns.length, Uint8Array.from(values)),
    };
  },
};
