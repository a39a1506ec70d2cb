/** What a finding is, by the classifier where it has a name that a finding of that shape may bear. */
import type { Finding } from '#machines/radio-words.ts';
import { overlapMhz, type Span } from '#protocols/channels.ts';
import { type Sweep, sweepSpan } from '../capture/tlv.ts';
import type { Classified, Classifier } from './classes/classify.ts';
import type { ClassName } from './classes/names.ts';
import { isRaised } from './classes/raised-noise.ts';
import { NoiseFloor } from './noise-floor.ts';

export interface HeardSpan extends Span, Pick<Classified, 'classes'> {}

/** Each span that was scanned is judged on its own; what gives too few sweeps is left out. */
export function classesHeard(classifier: Classifier, sweeps: readonly Sweep[]): HeardSpan[] {
  const floor = new NoiseFloor();
  for (const sweep of sweeps) floor.push(sweep, 0);
  const bySpan = Map.groupBy(sweeps, (sweep) => {
    const { lowMhz, highMhz } = sweepSpan(sweep);
    return `${lowMhz}-${highMhz}/${sweep.bytes.length}`;
  });
  return [...bySpan.values()].flatMap((own) => {
    const classified = classifier.classify(own, { isRaised: isRaised(floor, own[0]!) });
    if (classified === undefined) return [];
    return [{ ...sweepSpan(own[0]!), classes: classified.classes }];
  });
}

/**
 * How wide a run of cells that are filled half of the time may be, MHz. What hops or pulses fills none
 * for so long, and so names no finding.
 */
const widthsMhz: Partial<Record<ClassName, readonly [least: number, most: number]>> = {
  microwave: [2, Number.POSITIVE_INFINITY],
  zigbee: [0, 5],
  'analogue-video': [1, Number.POSITIVE_INFINITY],
  'narrow-jammer': [0, 5],
  'wide-jammer': [5, Number.POSITIVE_INFINITY],
};

export function named(findings: readonly Finding[], heard: readonly HeardSpan[]): Finding[] {
  return findings.map((finding) => {
    const widthMhz = finding.highMhz - finding.lowMhz;
    const [best] = heard
      .filter((span) => overlapMhz(span, finding) > 0)
      .flatMap(({ classes }) => classes)
      .filter(({ name }) => {
        const range = widthsMhz[name];
        return range !== undefined && widthMhz >= range[0] && widthMhz <= range[1];
      })
      .toSorted((one, other) => other.score - one.score);
    return best === undefined ? finding : { ...finding, looksLike: wordsOf(best.name) };
  });
}

export function wordsOf(name: ClassName): string {
  return name.replaceAll('-', ' ');
}
