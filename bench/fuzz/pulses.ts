/** Damaged reports of pulses: fields put wrong, reports doubled, swapped and left out. */
import { createRandom } from '#agents/random/philox.ts';
import { PulseDetector } from '#edge/detector/pulses/detector.ts';
import { type PulseReport, RadarPattern } from '#protocols/air.ts';
import type { Random } from '#protocols/random.ts';
import { sentOnce } from '#sim/air/pulses/trial.ts';

export const what = 'pulse reports';

const patterns = [...RadarPattern.values];
const wild = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  0,
  1e300,
  2 ** 32,
];
const fields = ['tUs', 'widthUs', 'rssiDbm', 'centerMhz'] as const;
/** Signals that are damaged again and again. */
const SEEDS = 8;

/** Returns how many still held a radar. */
export async function run(seed: number, count: number): Promise<number> {
  const random = createRandom(`fuzz/pulses/${seed}`);
  const whole = patterns.flatMap((pattern) =>
    Array.from({ length: SEEDS }, (_, one) => sentOnce(pattern, random.fork(`${pattern}/${one}`))),
  );
  let readable = 0;
  for (let index = 0; index < count; index += 1) {
    const sent = whole[index % whole.length]!.slice(0, 60);
    const reports = damaged(sent, random);
    let told = 0;
    const detector = new PulseDetector({
      onRadar(_, confidence, { heard, due }) {
        told += 1;
        const isSound = heard >= 3 && heard <= due && confidence > 0 && confidence <= 1;
        if (!isSound || heard > reports.length) {
          throw new Error(`seed ${seed}, input ${index}: ${heard} of ${due}, ${confidence}`);
        }
      },
    });
    detector.push(reports);
    if (detector.rejected > reports.length) throw new Error(`seed ${seed}, input ${index}`);
    if (told > 0) readable += 1;
  }
  return readable;
}

function damaged(sent: readonly PulseReport[], random: Random): PulseReport[] {
  const reports = [...sent];
  const blows = 1 + random.below(8);
  for (let blow = 0; blow < blows && reports.length > 0; blow += 1) {
    const at = random.below(reports.length);
    const report = reports[at]!;
    const field = fields[random.below(fields.length)]!;
    const kind = random.below(5);
    if (kind === 0) reports[at] = { ...report, [field]: wild[random.below(wild.length)] };
    else if (kind === 1) reports[at] = { ...report, [field]: report[field] * 2 * random.uniform() };
    else if (kind === 2) reports.splice(at, 1);
    else if (kind === 3) reports.splice(at, 0, report);
    else reports.splice(random.below(reports.length), 1, report);
  }
  return reports;
}
