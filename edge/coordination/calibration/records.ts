/**
 * What can be told of how each radio is off, from what it and the others heard. Its frequency, and its
 * gain as such, nothing tells that a node has: they are left out.
 */
import type { Calibration } from '#protocols/telemetry/calibration.ts';
import type { OwnRadio, Surroundings } from '../surroundings.ts';
import { couplingFrom } from './coupling.ts';
import { driftDb } from './drift.ts';
import { noiseFloorDbm } from './noise-floor.ts';
import { receiveDeltas } from './receive-deltas.ts';
import { sendDeltas } from './send-deltas.ts';

/** `chipC`: how warm the radio's chip is; undefined where it does not tell. */
export function calibrationsOf(
  surroundings: Surroundings,
  radio: OwnRadio,
  chipC: number | undefined,
): Calibration[] {
  const { channel } = radio.state;
  if (channel === null) return [];
  const { centerMhz, widthMhz, band } = channel;
  const common = {
    centerMhz,
    widthMhz,
    ...(chipC === undefined ? {} : { environment: { temperatureC: chipC } }),
  };
  const noiseDbm = noiseFloorDbm(radio);
  const gainDb = driftDb(surroundings, radio.name);
  const receive = receiveDeltas(surroundings, band);
  const receives = receive.get(radio.name);
  const sends = sendDeltas(surroundings, band, receive).get(radio.name);
  const byOthers = {
    ...(gainDb === undefined ? {} : { gainDb }),
    ...(receives === undefined ? {} : { rxDeltasDb: Float32Array.of(receives) }),
    ...(sends === undefined ? {} : { txDeltasDb: Float32Array.of(sends) }),
    ...couplingFrom(surroundings, radio.name),
  };
  const records: Calibration[] = [];
  if (noiseDbm !== undefined) {
    records.push({ ...common, method: 'self', noiseFloorDbm: noiseDbm });
  }
  if (Object.keys(byOthers).length > 0) {
    records.push({ ...common, method: 'neighbour', ...byOthers });
  }
  return records;
}
