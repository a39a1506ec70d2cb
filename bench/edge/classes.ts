/** How well interferers are told apart, by generated spectra and by recordings, and what it costs. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpuUsage } from 'node:process';
import { createRandom } from '#agents/random/philox.ts';
import { percent } from '#cli/train/classes/card.ts';
import { drawTestSet, figuresOf, type Share, testCounts } from '#cli/train/classes/figures.ts';
import { drawOf } from '#cli/train/classes/kinds.ts';
import { paintScene } from '#cli/train/classes/paint.ts';
import { judgeScalars, readScalarCaptures } from '#cli/train/classes/scalar-captures.ts';
import { drawEar } from '#cli/train/classes/setting.ts';
import { scaled } from '#cli/train/classes/train.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { Classifier } from '#edge/detector/classes/classify.ts';
import { windowSweeps } from '#edge/detector/classes/features.ts';
import { type ClassModel, readClassModel } from '#edge/detector/classes/model.ts';
import { isRaised } from '#edge/detector/classes/raised-noise.ts';
import { NoiseFloor } from '#edge/detector/noise-floor.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { SWEEP_US } from '#sim/air/spectrum/painter.ts';
import { atLeast, atMost, type BenchOptions, type Row, told } from '../bench.ts';

const captures = new URL('../../test/fixtures/fft-eval/', import.meta.url);
const scalars = new URL('../../test/fixtures/mesh-com/', import.meta.url);
/** No seed of training. */
const seed = 'bench/edge/classes/2';

export async function rows({ all, note }: BenchOptions): Promise<Row[]> {
  const model = readClassModel();
  return [
    ...(await generatedRows(model, all ? 2 : 0.5, note)),
    ...costRows(model),
    ...captureRows(model),
    ...scalarRows(),
  ];
}

async function generatedRows(
  model: ClassModel,
  scale: number,
  note: (text: string) => void,
): Promise<Row[]> {
  const tests = await drawTestSet(scaled(testCounts, scale), createRandom(seed));
  const figures = figuresOf(model, tests);
  const parts = [
    ['one sender ≥ 10 dB', figures.single],
    ['mixed ≥ 10 dB', figures.mixed],
    ['false alarms', figures.falseAlarms],
  ] as const;
  for (const [what, share] of parts) note(`${what}: ${percent(share)} of ${share.of}, generated`);
  const value = ({ right, of }: Share) => (100 * right) / Math.max(1, of);
  return [
    atLeast('classes, generated: one sender ≥ 10 dB, named alone', value(figures.single), '%', 97),
    atLeast(
      'classes, generated: two to four, each ≥ 10 dB over noise and the others',
      value(figures.mixed),
      '%',
      92,
    ),
    told('classes, generated: those too that show by 3 dB', value(figures.mixedShown), '%'),
    told('classes, generated: all that were sent, hidden too', value(figures.mixedSent), '%'),
    told('classes, generated: named in mixtures and there', value(figures.mixedPrecision), '%'),
    atMost('classes, generated: false alarms a window', value(figures.falseAlarms), '%', 0.4),
    told('classes, generated: kinds never seen, unknown', value(figures.heldOut), '%'),
    told('classes, generated: 8 to 100 sweeps, one sender', value(figures.short.single), '%'),
    told('classes, generated: 8 to 100 sweeps, mixed', value(figures.short.mixed), '%'),
    told('classes, generated: 8 to 100 sweeps, false', value(figures.short.falseAlarms), '%'),
    ...figures.classes
      .filter(({ name }) => name !== 'unknown')
      .flatMap(({ name, single, mixed }) => {
        const plain = (shares: typeof single) => {
          const own = shares.filter(({ fromDb }) => fromDb >= 10);
          const right = own.reduce((sum, share) => sum + share.right, 0);
          return value({ right, of: own.reduce((sum, share) => sum + share.of, 0) });
        };
        return [
          told(`classes, generated: ${name} ≥ 10 dB alone, found`, plain(single), '%'),
          told(`classes, generated: ${name} ≥ 10 dB in mixtures, found`, plain(mixed), '%'),
        ];
      }),
  ];
}

function percentNamed(windows: readonly { readonly names: readonly string[] }[]): number {
  const named = windows.filter(({ names }) => names.some((name) => name !== 'wifi'));
  return (100 * named.length) / Math.max(1, windows.length);
}

/** CPU time of the process, so that other work on the machine counts little. */
function costRows(model: ClassModel): Row[] {
  const random = createRandom(seed).fork('cost');
  return [64, 512].flatMap((bins) => {
    const ear = {
      ...drawEar({ band: '2.4' }, random),
      format: 'ath11k' as const,
      bins,
      sweeps: windowSweeps,
      leakage: 0,
    };
    const sent = (['wifi', 'bluetooth'] as const).map((kind) => {
      return { kind, drawn: drawOf(kind, ear, random), snrDb: 25 };
    });
    const { sweeps } = readSweeps(paintScene(ear, sent, random).bytes);
    const classifier = new Classifier(model);
    for (let turn = 0; turn < 20; turn += 1) classifier.classify(sweeps);
    const turns = 40;
    const before = cpuUsage();
    for (let turn = 0; turn < turns; turn += 1) classifier.classify(sweeps);
    const { user, system } = cpuUsage(before);
    const windowUs = (user + system) / turns;
    return [
      told(
        `classes: every window of a radio at full pace, ${bins} bins, decoded to named`,
        (100 * windowUs) / (windowSweeps * SWEEP_US),
        '% of a core',
      ),
      atMost(
        `classes: a look a second at a radio, as a node does, ${bins} bins`,
        (100 * windowUs) / US_PER_S,
        '% of a core',
        2,
      ),
    ];
  });
}

/** Each frequency of each recording is a window; most have but 8 or 9 sweeps. */
function captureRows(model: ClassModel): Row[] {
  const classifier = new Classifier(model);
  return readdirSync(captures)
    .filter((file) => file.endsWith('.dump') && !file.startsWith('crash'))
    .flatMap((file) => {
      const { sweeps } = readSweeps(readFileSync(new URL(file, captures)));
      const windows = [
        ...Map.groupBy(sweeps, ({ freq1Mhz, bytes }) => `${freq1Mhz}/${bytes.length}`).values(),
      ];
      const floor = new NoiseFloor();
      for (const sweep of sweeps) floor.push(sweep, 0);
      const judged = windows.flatMap((own) => {
        const classified = classifier.classify(own, { isRaised: isRaised(floor, own[0]!) });
        if (classified === undefined) return [];
        const names = classified.classes.map(({ name }) => name);
        return [{ mhz: own[0]!.freq1Mhz, names }];
      });
      const share = (wanted: string, of: typeof judged) =>
        (100 * of.filter(({ names }) => names.some((name) => name === wanted)).length) /
        Math.max(1, of.length);
      if (file.startsWith('ath10k')) {
        const what = `classes, ${file}: windows with a narrow jammer`;
        return [told(what, share('narrow-jammer', judged), `% of ${judged.length}`)];
      }
      const near = judged.filter(({ mhz }) => mhz < 2_430);
      const far = judged.filter(({ mhz }) => mhz > 5_000);
      return [
        told(
          `classes, ${file}: analogue video, 2412 to 2427 MHz`,
          share('analogue-video', near),
          `% of ${near.length}`,
        ),
        told(
          `classes, ${file}: anything but Wi-Fi named, 2412 MHz`,
          percentNamed(judged.filter(({ mhz }) => mhz === 2_412)),
          '%',
        ),
        ...(far.length === 0
          ? []
          : [
              told(
                `classes, ${file}: anything named in 5 GHz`,
                percentNamed(far),
                `% of ${far.length}`,
              ),
            ]),
      ];
    });
}

function scalarRows(): Row[] {
  const figures = judgeScalars(readScalarCaptures(scalars.pathname));
  return figures.flatMap(({ file, rounds, ours, threshold, majority }) => {
    const short = file.replace(/^(\w+?)__(spectral_scan|samples)_/, '$1 ').replace('.csv', '');
    const value = (count: number) => (100 * count) / rounds;
    return [
      told(`scalars, ${short}: ours`, value(ours), '%'),
      told(`scalars, ${short}: threshold`, value(threshold), '%'),
      told(`scalars, ${short}: majority`, value(majority), '%'),
    ];
  });
}
