import { meanDbm, sendersIn } from '../surroundings.ts';
import { type MatrixEntry, measured } from './entry.ts';

/** As the radios report the beacons that they hear: the mean over the window, dBm. */
export const interference: MatrixEntry = {
  kind: 'interference',
  fill(surroundings) {
    const rows = sendersIn(surroundings).map(({ name }) => name);
    const columns = surroundings.radios.map(({ name }) => name);
    return measured(rows, columns, (row, column) => {
      const sound = surroundings.heard.get(columns[column]!)?.get(rows[row]!);
      return sound === undefined ? Number.NaN : meanDbm(sound);
    });
  },
};
