/**
 * Third-order products 2·f₁ − f₂ of two of the node's own radios where they fall on the channel of a
 * third. Their level at its input follows from how loudly it hears both, 2·P₁ + P₂ − 2·IIP₃
 * (Pozar, "Microwave engineering", section 10.3), for an input intercept point IIP₃ of 0 dBm: no driver
 * tells that of its chip, so whoever knows it takes twice of it off. A product is as wide as twice the
 * first and once the second, and has the shape of the three laid over each other.
 */
import { type Channel, type Span, span } from '#protocols/channels.ts';
import { dbToRatio, ratioToDb } from '#protocols/math.ts';
import { meanDbm } from '../surroundings.ts';
import { floats, type MatrixEntry } from './entry.ts';

export const intermodulation: MatrixEntry = {
  kind: 'intermodulation',
  fill({ radios, heard }) {
    const tuned = radios.flatMap(({ name, state: { channel, silent } }) =>
      channel === null ? [] : [{ name, channel, silent }],
    );
    const senders = tuned.filter(({ silent }) => !silent);
    // Two that send and a third that listens meanwhile.
    if (senders.length < 2 || tuned.length < 3) return undefined;
    const names = senders.map(({ name }) => name);
    const level = (from: string, at: string) => {
      const sound = heard.get(at)?.get(from);
      return sound === undefined ? Number.NaN : meanDbm(sound);
    };
    return floats(names, names, (row, column) => {
      const [first, second] = [senders[row]!, senders[column]!];
      if (first === second) return Number.NaN;
      const falls = tuned
        .filter((one) => one.name !== first.name && one.name !== second.name)
        .map(({ name, channel }) => ({
          share: productShare(first.channel, second.channel, span(channel)),
          dbm: 2 * level(first.name, name) + level(second.name, name),
        }))
        .filter(({ share }) => share > 0);
      if (falls.length === 0) return Number.NEGATIVE_INFINITY;
      const known = falls.filter(({ dbm }) => !Number.isNaN(dbm));
      if (known.length === 0) return Number.NaN;
      return ratioToDb(known.reduce((sum, { share, dbm }) => sum + share * dbToRatio(dbm), 0));
    });
  },
};

type Block = Pick<Channel, 'centerMhz' | 'widthMhz'>;

/** Which share of the product 2·first − second lies in a stretch of spectrum, 0 to 1. */
export function productShare(first: Block, second: Block, { lowMhz, highMhz }: Span): number {
  const centerMhz = 2 * first.centerMhz - second.centerMhz;
  const widths = [first.widthMhz, first.widthMhz, second.widthMhz];
  const share = below(highMhz - centerMhz, widths) - below(lowMhz - centerMhz, widths);
  // What rounding leaves outside the product is none of it.
  return share > 1e-12 ? share : 0;
}

/** The part below `x` of three even blocks around 0 laid over each other. */
function below(x: number, widths: readonly number[]): number {
  const whole = widths.reduce((sum, width) => sum + width, 0);
  if (x >= whole / 2) return 1;
  let sum = 0;
  for (let chosen = 0; chosen < 8; chosen += 1) {
    let at = x + whole / 2;
    let sign = 1;
    widths.forEach((width, index) => {
      if ((chosen & (1 << index)) === 0) return;
      at -= width;
      sign = -sign;
    });
    if (at > 0) sum += sign * at * at * at;
  }
  return sum / (6 * widths.reduce((product, width) => product * width, 1));
}
