/** What a model of the classes is, made of what, and how good: for programs and for people. */
import type { ClassModel } from '#edge/detector/classes/model.ts';
import { classNames } from '#edge/detector/classes/names.ts';
import {
  snrDbMax,
  snrDbMin,
  sweepsOfRadar,
  sweepsToBePlain,
  sweepsToBePresent,
} from './dataset.ts';
import { type Figures, levelsDb, plainSnrDb, type Share } from './figures.ts';
import type { Counts } from './train.ts';

export interface Card {
  readonly model: 'classes';
  /** Every figure here is of generated spectra. */
  readonly data: 'generated';
  readonly seed: number;
  readonly scale: number;
  readonly modelHash: string;
  readonly modelBytes: number;
  readonly dataHash: string;
  readonly windows: { readonly training: Counts; readonly thresholds: Counts };
  readonly features: number;
  readonly trees: number;
  readonly depth: number;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly aloneThresholds: Readonly<Record<string, number>>;
  /** By the class of the surest interferer. */
  readonly besideThresholds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly shortThresholds: Readonly<Record<string, number>>;
  readonly figures: Figures;
}

interface Parts {
  readonly seed: number;
  readonly scale: number;
  readonly model: ClassModel;
  readonly modelHash: string;
  readonly modelBytes: number;
  readonly dataHash: string;
  readonly counts: Card['windows'];
  readonly figures: Figures;
}

export function cardOf({ model, counts, ...rest }: Parts): Card {
  const byName = (values: readonly number[]) =>
    Object.fromEntries(classNames.map((name, index) => [name, values[index]!]));
  return {
    model: 'classes',
    data: 'generated',
    ...rest,
    windows: counts,
    features: model.features.length,
    trees: model.trees,
    depth: model.depth,
    thresholds: byName(model.thresholds),
    aloneThresholds: byName(model.aloneThresholds),
    besideThresholds: Object.fromEntries(
      classNames.map((name, index) => [name, byName(model.besideThresholds[index]!)]),
    ),
    shortThresholds: byName(model.shortThresholds),
  };
}

export function percent({ right, of }: Share): string {
  return of === 0 ? '–' : `${((100 * right) / of).toFixed(1)} %`;
}

function companyTable({ company }: Figures): string[] {
  const names = Object.keys(company);
  const beside = classNames.filter((name) => names.includes(name));
  return [
    `| beside | ${beside.join(' | ')} |`,
    `|---|${beside.map(() => '---').join('|')}|`,
    ...names.map((name) => {
      const cells = beside.map((other) => company[name]?.[other]);
      const shown = cells.map((share) => (share === undefined ? '·' : counted(share)));
      return `| ${name} | ${shown.join(' | ')} |`;
    }),
  ];
}

function counted(share: Share): string {
  return `${percent(share)} of ${share.of}`;
}

export function cardText(card: Card): string {
  const { figures, windows } = card;
  const { training, thresholds } = windows;
  const said = [...new Set(Object.values(figures.confusion).flatMap(Object.keys))];
  const columns = classNames.filter((name) => said.includes(name));
  return `${[
    '# Model of the classes of interferers',
    '',
    'Made by `airguard train classes`. **Every figure here is of generated spectra**: emitters of the simulated',
    'air, painted as bytes of ath11k, ath10k and ath9k and read back by the decoder. None says how it does on real air.',
    '',
    `| | |`,
    '|---|---|',
    `| seed | ${card.seed} |`,
    `| model, SHA-256 | \`${card.modelHash}\` |`,
    `| data, SHA-256 of features and labels | \`${card.dataHash}\` |`,
    `| size | ${card.modelBytes} bytes: ${classNames.length} heads of ${card.trees} trees, depth ${card.depth}, ${card.features} features |`,
    `| windows to train | ${training.single} of one sender, ${training.mixed} of two to four, ${training.clean} of Wi-Fi and noise |`,
    `| windows for thresholds | ${thresholds.single}, ${thresholds.mixed}, ${thresholds.clean} |`,
    '',
    '## What counts',
    '',
    `A window is 1,024 sweeps, some 240 ms. Levels are drawn from ${snrDbMin} to ${snrDbMax} dB (in mixtures from 8 dB): power while it sends over`,
    'thermal noise of the scanned span, as the chip’s own `rssi` counts it. A sender alone is present when it sends in',
    `at least ${sweepsToBePresent} sweeps (a radar in ${sweepsOfRadar}). Among others it counts when in ${sweepsToBePlain} sweeps (a radar in ${sweepsOfRadar}) some bin of it stands 10 dB over`,
    'noise and the others together, and within 28 dB of the strongest bin, beyond which 8 bits hold little. Those that',
    'show less, by 3 dB in 5 sweeps, and those that are hidden have rows of their own.',
    'A single is right when its class is named and nothing besides.',
    '',
    'Every figure is of one window, without what came before it. From which score on a class is named depends on what',
    'else is there: on Wi-Fi, from which false alarms come, and on the interferer that is surest.',
    '',
    '| named from | beside Wi-Fi | without | under 512 sweeps |',
    '|---|---|---|---|',
    ...classNames.map((name) => {
      const own = [card.thresholds, card.aloneThresholds, card.shortThresholds];
      return `| ${name} | ${own.map((scores) => scores[name]).join(' | ')} |`;
    }),
    '',
    `| beside | ${classNames.join(' | ')} |`,
    `|---|${classNames.map(() => '---').join('|')}|`,
    ...classNames
      .filter((name) => name !== 'wifi')
      .map((name) => {
        const own = classNames.map((other) =>
          other === name ? '·' : card.besideThresholds[name]?.[other],
        );
        return `| ${name} | ${own.join(' | ')} |`;
      }),
    '',
    '| on windows that training did not see | |',
    '|---|---|',
    `| one sender, ≥ ${plainSnrDb} dB: named, nothing besides | ${counted(figures.single)} |`,
    `| two to four, each ≥ ${plainSnrDb} dB over noise and the others: named | ${counted(figures.mixed)} |`,
    `| those too that show by 3 dB only | ${counted(figures.mixedShown)} |`,
    `| all that were sent, hidden ones included | ${counted(figures.mixedSent)} |`,
    `| of what was named in mixtures, present | ${counted(figures.mixedPrecision)} |`,
    `| Wi-Fi and noise alone: anything else named | ${counted(figures.falseAlarms)} |`,
    `| of kinds that training never saw (drone video, DECT, sweeping jammer): unknown | ${counted(figures.heldOut)} |`,
    `| windows of 8 to 100 sweeps: one sender | ${counted(figures.short.single)} |`,
    `| windows of 8 to 100 sweeps: mixtures | ${counted(figures.short.mixed)} |`,
    `| windows of 8 to 100 sweeps: false alarms | ${counted(figures.short.falseAlarms)} |`,
    '',
    `## One sender of ≥ ${plainSnrDb} dB: what it was named`,
    '',
    `| is | ${columns.join(' | ')} | nothing | more than one |`,
    `|---|${columns.map(() => '---').join('|')}|---|---|`,
    ...Object.entries(figures.confusion).map(([name, row]) => {
      const alone = columns.map((column) => row[column] ?? 0);
      const nothing = row.nothing ?? 0;
      const sum = Object.values(row).reduce((a, b) => a + b, 0);
      const more = sum - nothing - alone.reduce((a, b) => a + b, 0);
      return `| ${name} | ${[...alone, nothing, more].map((count) => count || '·').join(' | ')} |`;
    }),
    '',
    'Kinds that training never saw were named:',
    '',
    ...Object.entries(figures.heldOutNamed)
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, count]) => `- ${name}: ${count}`),
    '',
    '## In mixtures, by what else is there',
    '',
    'Of those that count there, the share that is named; beside how many it was.',
    '',
    ...companyTable(figures),
    '',
    '## Recall by level',
    '',
    ...(['single', 'mixed'] as const).flatMap((role) => [
      role === 'single' ? 'Alone:' : 'In mixtures, with precision there:',
      '',
      `| class | ${levelsDb.map((db) => `from ${db} dB`).join(' | ')} |${role === 'mixed' ? ' precision |' : ''}`,
      `|---|${levelsDb.map(() => '---').join('|')}|${role === 'mixed' ? '---|' : ''}`,
      ...figures.classes
        .filter(({ name }) => name !== 'unknown')
        .map((one) => {
          const cells = one[role].map((share) => (share.of === 0 ? '–' : counted(share)));
          const precision = role === 'mixed' ? ` ${counted(one.precision)} |` : '';
          return `| ${one.name} | ${cells.join(' | ')} |${precision}`;
        }),
      '',
    ]),
  ].join('\n')}`;
}
