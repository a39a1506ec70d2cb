/**
 * From the connector of one radio's antenna to that of another's, dB: what the other hears over what
 * was fed in. EIRP is what was fed in and the antenna's gain; what is heard is told behind the cable.
 */
import { Matrix } from '#protocols/telemetry/fields.ts';
import type { Surroundings } from '../surroundings.ts';

/** The row of `from`, as far as others hear it; undefined where none does. */
export function couplingFrom(
  { radios, heard }: Surroundings,
  from: string,
): { readonly antennas: string[]; readonly coupling: Matrix } | undefined {
  const sender = radios.find(({ name }) => name === from);
  const gainDbi = sender?.antennaGainDbi;
  if (gainDbi === undefined || gainDbi === null) return undefined;
  const antennas = radios.map(({ name }) => name);
  const values = new Float32Array(antennas.length * antennas.length).fill(Number.NaN);
  radios.forEach(({ name, cableLossDb }, column) => {
    const overEirpDb = heard.get(name)?.get(from)?.overEirpDb;
    if (overEirpDb === undefined) return;
    values[antennas.indexOf(from) * antennas.length + column] = overEirpDb + gainDbi + cableLossDb;
  });
  if (values.every((value) => Number.isNaN(value))) return undefined;
  return { antennas, coupling: new Matrix(antennas.length, antennas.length, values) };
}
