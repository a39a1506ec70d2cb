/** The card of a policy: how it was made and what it reaches, for programs and for people. */
import type { PolicyCard } from '#agents/policy-net/model.ts';
import { shapes } from '#agents/policy-net/weights.ts';
import type { Figures, Table } from './figures.ts';
import { heuristics, RESTARTS } from './heuristics.ts';
import type { Estimate } from './judge.ts';
import type { Algorithm } from './ppo.ts';

export interface Made {
  readonly seed: number;
  readonly sites: number;
  readonly lessons: number;
  readonly epochs: number;
  readonly algorithm: Algorithm;
  readonly iterations: number;
  /** 0: what the teacher taught was better than all that came after. */
  readonly keptIteration: number;
  /** The mean logarithm of utility on sites that decided which weights are kept. */
  readonly heldBack: { readonly sites: number; readonly imitated: number; readonly kept: number };
  readonly dataSha256: string;
  readonly runtime: string;
}

export interface Card extends PolicyCard {
  /** Of the exported graph: shorter lists are filled up. */
  readonly optionsAtOnce: number;
  readonly made: Made;
  readonly figures: Figures;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const interval = ({ mean, low, high }: Estimate) =>
  `${percent(mean)} (${percent(low)} to ${percent(high)})`;

/** Usable is who beats the best heuristic of each table, at 95 % confidence. */
export function verdictOf({ small, crowded, free }: Figures) {
  const beaten = [small, crowded, free].filter(({ advantage }) => advantage.low <= 0);
  const usable = beaten.length === 0;
  const because = usable
    ? 'It beat the best heuristic of each table at 95 % confidence.'
    : beaten
        .map(
          ({ about, bestHeuristic, advantage }) =>
            `Not shown to beat ${bestHeuristic} on sites of ${about}: the logarithm of utility is ${interval(advantage)} above it.`,
        )
        .join(' ');
  return { usable, because };
}

export function cardText({
  modelSha256,
  usable,
  because,
  featureVersion,
  made,
  figures,
}: Card): string {
  const weights = Object.values(shapes).reduce(
    (sum, shape) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  return [
    '# The policy',
    '',
    `Written by \`airguard train policy --seed ${made.seed} --sites ${made.sites} --epochs ${made.epochs} --iterations ${made.iterations} --algorithm ${made.algorithm}\`.`,
    '',
    `**${usable ? 'Usable' : 'Not to be used'}.** ${because}`,
    '',
    `All figures are from ${figures.source}, none of which was learned from; intervals hold the mean 95 times of 100.`,
    'Every way of deciding saw the same reports of one moment, from radios on channels by chance, and decided once;',
    'three times: from new reports each time, and the plan stays that was measured best.',
    '',
    ...[figures.small, figures.crowded, figures.free].flatMap(tableText),
    '## How it learned',
    '',
    `First from a teacher, which tries every option of every radio on the air itself: ${made.lessons} states of ${made.sites} sites,`,
    `${made.epochs} times each. Then from reward by ${made.algorithm.toUpperCase()}, ${made.iterations} iterations. On ${made.heldBack.sites} sites kept for that choice the mean`,
    `logarithm of utility was ${made.heldBack.imitated.toFixed(4)} after the teacher and ${made.heldBack.kept.toFixed(4)} with what was kept: ${made.keptIteration === 0 ? 'the weights the teacher taught' : `those of iteration ${made.keptIteration}`}.`,
    '',
    '## Heuristics beside it',
    '',
    ...heuristics.map(({ name, about }) => `- ${name}: ${about}.`),
    '',
    `They keep each radio's width. Restarts: ${RESTARTS}.`,
    '',
    '## Origin',
    '',
    `${weights} weights with those of the judge; features of version ${featureVersion}; SHA-256 of what was learned from`,
    `\`${made.dataSha256}\`; ${made.runtime}. SHA-256 of the model: \`${modelSha256}\`. The same command gives`,
    'the same bytes on a CPU of the same family.',
    '',
  ].join('\n');
}

function tableText({ about, sites, gaps, gapByKind, bestHeuristic, advantage }: Table): string[] {
  return [
    `## ${sites} sites: ${about}`,
    '',
    '| way | utility lost |',
    '|---|---|',
    ...gaps.map((one) => `| ${one.method} | ${interval(one.gap)} |`),
    '',
    `By kind, the policy: ${gapByKind.map(({ kind, gap }) => `${kind} ${percent(gap.mean)}`).join(', ')}.`,
    `Utility over that of the best heuristic here, ${bestHeuristic}, as a logarithm: ${interval(advantage)}.`,
    '',
  ];
}
