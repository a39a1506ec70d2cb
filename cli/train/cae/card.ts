/** The card of a model: how it was made and what it reaches, for programs and for people. */

import type { TileBand } from '#edge/detector/about-tile.ts';
import type { ModelCard } from '#edge/detector/autoencoder.ts';
import { DOUBT } from '../alarm-threshold.ts';
import { FALSE_ALARM_RATE } from './calibrate.ts';
import type { CaptureFigure } from './captures.ts';
import {
  type ClassFigure,
  type Company,
  companies,
  detectionFrom10Db,
  type falseAlarms,
  snrSteps,
} from './evaluate.ts';
import { foreignClasses } from './foreign.ts';
import { SPELL_DOUBT, type SpellFigure } from './spells.ts';
import type { EpochLoss } from './train.ts';

export interface Made {
  readonly seed: number;
  readonly examples: number;
  readonly epochs: number;
  readonly judged: number;
  readonly batch: number;
  readonly rate: number;
  readonly parameters: number;
  readonly dataSha256: string;
  readonly runtime: string;
}

export interface Figures {
  readonly source: 'generated spectra';
  readonly falseAlarms: ReturnType<typeof falseAlarms>;
  readonly spellAlarms: readonly { band: TileBand; spells: number; rate: number }[];
  readonly classes: readonly ClassFigure[];
  readonly spells: readonly SpellFigure[];
  readonly detectionFrom10Db: Readonly<Record<Company, { score: number; plain: number }>>;
  readonly zeroBytesOfVectors: number;
  readonly lastEpoch: EpochLoss | null;
}

export interface FullCard extends ModelCard {
  readonly made: Made;
  readonly figures: Figures;
  readonly recordings: readonly CaptureFigure[];
}

export function summed(classes: readonly ClassFigure[]): Figures['detectionFrom10Db'] {
  const of = (company: Company) => ({
    score: detectionFrom10Db(classes, company),
    plain: detectionFrom10Db(classes, company, 'detectedPlain'),
  });
  return { alone: of('alone'), 'beside Wi-Fi': of('beside Wi-Fi') };
}

const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;

export function cardText({
  modelSha256,
  vectorScale,
  calibration,
  made,
  figures,
  recordings,
}: FullCard): string {
  const { alone, 'beside Wi-Fi': beside } = figures.detectionFrom10Db;
  return [
    '# The autoencoder of the detector',
    '',
    `Written by \`airguard train cae --seed ${made.seed} --examples ${made.examples} --epochs ${made.epochs} --judged ${made.judged}\`.`,
    '',
    '## Figures, from generated spectra',
    '',
    `Normal is thermal noise and Wi-Fi of any width, level and load; Bluetooth counts as foreign. The threshold`,
    `of a band lies so that at most ${percent(FALSE_ALARM_RATE)} of normal tiles are above it, but for one draw in ${1 / DOUBT} of the`,
    `tiles it is found on. A tile counts for a class when the sender was there in 2 of its sweeps, a radar in`,
    `1. SNR is over the thermal noise of the whole channel while it sends. None of the seeds was`,
    `learned from, and none of the classes: the model learns from senders drawn at random.`,
    '',
    `- Detection from 10 dB on, mean over classes: alone **${percent(alone.score)}** (plain squared error: ${percent(alone.plain)}),`,
    `  beside Wi-Fi of any level, which may cover it, **${percent(beside.score)}** (${percent(beside.plain)}).`,
    `- Bytes of vectors that are zero, normal tiles: ${percent(figures.zeroBytesOfVectors)}. A byte stands for ${Number(vectorScale.toPrecision(4))}.`,
    '',
    '| band | normal tiles | false alarms | of plain squared error | spells of normal air | false alarms |',
    '|---|---|---|---|---|---|',
    ...figures.falseAlarms.map(({ band, tiles, rate, ratePlain }) => {
      const spells = figures.spellAlarms.find((one) => one.band === band)!;
      const cells = [tiles, percent(rate, 2), percent(ratePlain, 2), spells.spells];
      return `| ${band} GHz | ${cells.join(' | ')} | ${percent(spells.rate, 2)} |`;
    }),
    '',
    ...companies.flatMap((company) => [...classTable(figures.classes, company), '']),
    '## Spells',
    '',
    `Strange tiles come together: of normal air of one kind, a spell of ten seconds may hold many. A spell is`,
    `anomalous when more of its tiles are flagged than in ${percent(1 - FALSE_ALARM_RATE)} of normal ones, but for one draw in`,
    `${1 / SPELL_DOUBT}: ${Object.entries(calibration.spellThresholds)
      .map(([band, share]) => `${percent(share)} at ${band} GHz`)
      .join(', ')}.`,
    `Spells flagged of senders of 10 to 40 dB, %, ${figures.spells[0]?.spells} a cell; radar is left out, as between its bursts there`,
    'is nothing to see:',
    '',
    `| class | ${companies.join(' | ')} |`,
    `|---|${companies.map(() => '---|').join('')}`,
    ...foreignClasses.flatMap(({ name }) => {
      const own = figures.spells.filter((one) => one.name === name);
      const cells = own.map(({ detected }) => (detected * 100).toFixed(0));
      return own.length === 0 ? [] : [`| ${name} | ${cells.join(' | ')} |`];
    }),
    '',
    '## Recordings',
    '',
    'Score over threshold, the highest of a frequency; **flagged** ones are above 1.',
    '',
    ...recordings.flatMap(recorded),
    '## Origin',
    '',
    `${made.parameters} weights; ${made.examples} examples, SHA-256 of their sweeps \`${made.dataSha256}\`;`,
    `batches of ${made.batch}, step length ${made.rate}; ${made.runtime}. SHA-256 of the model:`,
    `\`${modelSha256}\`. The same command gives the same bytes on a CPU of the same family.`,
    '',
  ]
    .filter((line, place, all) => line !== '' || all[place - 1] !== '')
    .join('\n');
}

function classTable(classes: readonly ClassFigure[], company: Company): string[] {
  const steps = snrSteps.map((from) => `${from} to ${from + 10} dB`);
  const rows = foreignClasses.map(({ name }) => {
    const cells = snrSteps.map((from) => {
      const one = classes.find(
        (figure) => figure.name === name && figure.company === company && figure.fromDb === from,
      );
      if (one === undefined || one.tiles === 0) return 'not seen';
      return `${(one.detected * 100).toFixed(0)} (${(one.detectedPlain * 100).toFixed(0)})`;
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const tiles = classes.filter((one) => one.company === company).map((one) => one.tiles);
  return [
    `Tiles flagged, %, ${company}; of plain squared error in brackets; ${Math.min(...tiles)} to ${Math.max(...tiles)} tiles a cell:`,
    '',
    `| class | ${steps.join(' | ')} |`,
    `|---|${steps.map(() => '---|').join('')}`,
    ...rows,
  ];
}

function recorded({ name, holds, frequencies }: CaptureFigure): string[] {
  const cells = frequencies.map(({ centerMhz, tiles, flagged, most }) => {
    const text = `${centerMhz}: ${most.toFixed(2)}${tiles > 1 ? ` (${flagged} of ${tiles} tiles)` : ''}`;
    return flagged > 0 ? `**${text}**` : text;
  });
  return [`\`${name}\`, ${holds}: ${cells.join(', ')}.`, ''];
}
