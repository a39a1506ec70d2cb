/** The scenes that are held against ns-3, and how near we are to be. */

export interface ComparedScene {
  readonly what: string;
  /** Of `air`, and after `--scene=` of `scene.cc`. */
  readonly kind: 'cell' | 'grid';
  /** The same options for both. */
  readonly options: Readonly<Record<string, string | number>>;
  readonly totalPercent: number;
  readonly perApPercent?: number;
  readonly cpuRatio?: number;
  /** Peak of our process above that of a bare Node. */
  readonly memoryMb?: number;
  /** Takes minutes: only with `--all`. */
  readonly isLong?: boolean;
}

const cell11a = (n: number, isLong = false): ComparedScene => ({
  what: `cell, 11a, n = ${n}`,
  kind: 'cell',
  options: { n, std: '11a', duration: 60, warmup: 2, seed: 1 },
  totalPercent: 1.5,
  isLong,
});

const cell11ax = (n: number, mcs: number, isLong = false): ComparedScene => ({
  what: `cell, 11ax 80 MHz MCS ${mcs}, n = ${n}`,
  kind: 'cell',
  options: { n, std: '11ax', mcs, width: 80, duration: 10, warmup: 2, seed: 1 },
  totalPercent: 4,
  isLong,
});

const cellOf = (
  n: number,
  std: string,
  mcs: number,
  width: number,
  { streams = 1, isLong = false } = {},
): ComparedScene => ({
  what: `cell, ${std} ${width} MHz MCS ${mcs}${streams === 1 ? '' : ` × ${streams}`}, n = ${n}`,
  kind: 'cell',
  options: { n, std, mcs, width, streams, duration: 10, warmup: 2, seed: 1 },
  totalPercent: 4,
  isLong,
});

function grid11a(
  n: number,
  plan: string,
  spacing: number,
  more: { duration?: number; isLong?: boolean; cpuRatio?: number; memoryMb?: number } = {},
): ComparedScene {
  const { duration = 60, ...rest } = more;
  return {
    what: `grid, 11a, ${plan}, ${spacing} m, N = ${n}`,
    kind: 'grid',
    options: { n, plan, spacing, std: '11a', duration, warmup: 2, seed: 1 },
    totalPercent: spacing < 20 ? 3 : 2,
    perApPercent: spacing < 20 ? 12 : 5,
    ...rest,
  };
}

const gridOf = (std: string, plan: string, isLong = false): ComparedScene => ({
  what: `grid, ${std} 20 MHz MCS 4, ${plan}, 20 m, N = 16`,
  kind: 'grid',
  options: {
    n: 16,
    plan,
    spacing: 20,
    std,
    mcs: 4,
    width: 20,
    duration: 30,
    warmup: 2,
    seed: 1,
  },
  totalPercent: 5,
  isLong,
});

const dense11ax = (mcs: number, spacing: number, obssPd?: number): ComparedScene => ({
  what: `grid, 11ax 20 MHz MCS ${mcs}, co, ${spacing} m, N = 16${obssPd === undefined ? '' : `, OBSS PD ${obssPd} dBm`}`,
  kind: 'grid',
  options: {
    n: 16,
    plan: 'co',
    spacing,
    std: '11ax',
    mcs,
    width: 20,
    duration: 5,
    warmup: 2,
    seed: 1,
    ...(obssPd !== undefined && { 'obss-pd': obssPd }),
  },
  totalPercent: 5,
  isLong: true,
});

export const comparedScenes: readonly ComparedScene[] = [
  cell11a(5),
  cell11a(20),
  cell11a(1, true),
  cell11a(2, true),
  cell11a(10, true),
  cell11a(50, true),
  cell11ax(5, 7),
  cell11ax(1, 7, true),
  cell11ax(20, 7, true),
  cell11ax(5, 9, true),
  cell11ax(20, 9, true),
  grid11a(16, 'co', 20, { cpuRatio: 60 }),
  grid11a(16, 'rr4', 20),
  grid11a(16, 'co', 10),
  grid11a(16, 'rr4', 15),
  grid11a(16, 'rr4', 10, { isLong: true }),
  grid11a(16, 'co', 15, { isLong: true }),
  grid11a(4, 'co', 20, { isLong: true }),
  grid11a(4, 'rr4', 20, { isLong: true }),
  grid11a(16, 'co', 30, { isLong: true }),
  grid11a(16, 'rr4', 30, { isLong: true }),
  grid11a(64, 'co', 20, { isLong: true, duration: 40, cpuRatio: 150 }),
  grid11a(64, 'rr4', 20, { isLong: true, duration: 40 }),
  grid11a(64, 'co', 10, { isLong: true, duration: 30 }),
  grid11a(64, 'co', 15, { isLong: true, duration: 30 }),
  grid11a(256, 'co', 20, { isLong: true, duration: 10, cpuRatio: 300, memoryMb: 100 }),
  grid11a(256, 'rr4', 20, { isLong: true, duration: 40 }),
  gridOf('11ax', 'co'),
  gridOf('11ax', 'rr4', true),
  gridOf('11ax', 'rr3', true),
  dense11ax(9, 8),
  dense11ax(4, 30, -76),
  cellOf(5, '11n', 7, 40),
  cellOf(1, '11n', 7, 40, { streams: 2, isLong: true }),
  cellOf(5, '11ac', 8, 80),
  cellOf(5, '11ac', 9, 160, { streams: 2, isLong: true }),
  cellOf(5, '11ax', 11, 80, { isLong: true }),
  gridOf('11n', 'co', true),
  gridOf('11ac', 'co', true),
];

/** As `scene.cc` takes it. */
export function ns3Command({ kind, options }: ComparedScene): string {
  const given = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return [`--scene=${kind}`, ...given].join(' ');
}
