/** From which energy on something is noticed: in mW, and ratios. */
import { dbmToMw, dbToRatio } from '#protocols/math.ts';
import { captureWindowNs } from './capture.ts';
import type { PacketScene } from './scene.ts';

export class Thresholds {
  readonly preambleMw: number;
  readonly preambleRatio: number;
  readonly energyMw: number;
  /** How long a frame can be left for a stronger one, once its preamble was read. */
  readonly captureNs: number;

  constructor({ rules, capture = 'none' }: PacketScene) {
    const { preambleDbm, preambleSinrDb, energyDbm } = rules.radio;
    this.preambleMw = dbmToMw(preambleDbm);
    this.preambleRatio = dbToRatio(preambleSinrDb);
    this.energyMw = dbmToMw(energyDbm);
    this.captureNs = captureWindowNs[capture];
  }
}
