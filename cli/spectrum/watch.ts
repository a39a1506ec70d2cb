/** `spectrum watch`: what a radio hears, as it hears it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import type { Arguments, Command, Output } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';
import { Live } from './live.ts';
import { type Depth, partsOf, screenLines } from './screen.ts';
import { openSource, type WatchSource } from './sources.ts';
import { takeTerminal } from './terminal.ts';

/** A radio's buffer holds two thirds of a second at 512 bins: reads are a good deal more often. */
const READ_MS = 50;
const FRAME_MS = 100;
/** Where the output is no terminal, and with --json. */
const PLAIN_MS = 1_000;
const PLAIN = { columns: 80, lines: 24 };
const KEYS = 'q quit  space pause  p forget peaks  ←→ mark  f follow';

export const watch: Command = {
  name: 'watch',
  summary: 'What a radio or a recording hears, as it goes on: histogram, peaks and waterfall.',
  usage: 'SOURCE [options]',
  examples: [
    'airguard spectrum watch camera.dump --loop',
    "airguard spectrum watch 'sim:microwave,zigbee?width=40'",
    'airguard spectrum watch ath11k:phy0 --interface wlan0 --bins 256',
    'airguard spectrum watch capture:camera.dump --json',
  ],
  options: {
    speed: { about: 'Of a recording; 1 is as it was heard', value: 'N', default: '1' },
    loop: { about: 'Plays a recording again and again' },
    bins: { about: 'Of a radio’s sweep', value: 'N', default: '128' },
    interface: { about: 'Of a radio: what hostapd runs on it', value: 'NAME', default: 'wlan0' },
    for: { about: 'Ends after so long', value: 'DURATION' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, output, stop) {
    const [address = ''] = args.positionals;
    const clock = new RealClock();
    const source = await openSource(address, { clock, ...wishOf(args) });
    const durationMs = args.durationMs('for') ?? Number.POSITIVE_INFINITY;
    const session: Session = { source, clock, stop, endUs: clock.monotonic() + durationMs * 1_000 };
    try {
      if (output.json) await watchPlainly(session, PLAIN_MS, summaryLine);
      else if (process.stdout.isTTY) return await watchOnScreen(session);
      else await watchPlainly(session, PLAIN_MS, (live, at) => frame(live, at, output));
    } finally {
      source.close();
      clock.stop();
    }
    return stop.aborted ? 'interrupted' : 'held';
  },
};

interface Session {
  readonly source: WatchSource;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly endUs: number;
}

function wishOf(args: Arguments) {
  const speed = Number(args.text('speed'));
  if (!(speed > 0 && speed <= 1_000)) {
    throw new InputError(`--speed: expected a number up to 1000, came '${args.text('speed')}'`);
  }
  const bins = args.integer('bins') ?? 128;
  if (bins < 16 || bins > 512 || (bins & (bins - 1)) !== 0) {
    throw new InputError(`--bins: expected a power of two from 16 to 512, came ${bins}`);
  }
  const interfaceName = args.text('interface') ?? '';
  if (!/^\w[\w.-]{0,14}$/.test(interfaceName)) {
    throw new InputError(`--interface: expected one such as wlan0, came '${interfaceName}'`);
  }
  return { speed, bins, interfaceName, loop: args.flag('loop') };
}

async function watchOnScreen({ source, clock, stop, endUs }: Session) {
  const view = { isPaused: false, isOver: false, isInterrupted: false, hasEnded: false };
  let marker: number | undefined;
  const sizeOf = () => ({
    columns: process.stdout.columns ?? PLAIN.columns,
    lines: process.stdout.rows ?? PLAIN.lines,
  });
  const live = new Live(liveSize(sizeOf()));
  const terminal = takeTerminal({
    onKey(key) {
      const columns = live.axis?.columns ?? 1;
      const from = marker ?? live.strongest()?.column ?? 0;
      if (key === 'quit') view.isOver = true;
      else if (key === 'pause') view.isPaused = !view.isPaused;
      else if (key === 'reset') live.resetPeak();
      else if (key === 'follow') marker = undefined;
      else marker = (from + (key === 'left' ? columns - 1 : 1)) % columns;
    },
    onResize() {
      live.resize(liveSize(sizeOf()));
      marker = undefined;
    },
    onInterrupt() {
      view.isInterrupted = true;
    },
  });
  const rate = new Rate(clock.monotonic());
  try {
    let frameUs = clock.monotonic();
    while (!(view.isOver || view.isInterrupted || stop.aborted) && clock.monotonic() < endUs) {
      const bytes = view.hasEnded ? undefined : source.read();
      if (bytes === undefined) view.hasEnded = true;
      else live.take(bytes, !view.isPaused);
      const nowUs = clock.monotonic();
      if (nowUs - frameUs >= FRAME_MS * 1_000) {
        if (!view.isPaused && !view.hasEnded) live.endRow((nowUs - frameUs) / 1e6);
        frameUs = nowUs;
        const state = view.hasEnded ? 'ended · ' : view.isPaused ? 'paused · ' : '';
        const title = titleOf(source, live, rate.of(live.cursor.sweeps, nowUs));
        const shown = { ...sizeOf(), depth: depthOf(), title, keys: KEYS, marker };
        terminal.draw(screenLines(live, { ...shown, status: state + statusOf(live) }));
      }
      await pause(READ_MS, undefined, { signal: stop }).catch(() => {});
    }
  } finally {
    terminal.giveBack();
  }
  return view.isInterrupted || stop.aborted ? 'interrupted' : 'held';
}

/** Reads on and tells what there is, once a second and at the end. */
async function watchPlainly(
  { source, clock, stop, endUs }: Session,
  everyMs: number,
  tell: (
    live: Live,
    at: { readonly source: WatchSource; readonly atMs: number; readonly perSecond: number },
  ) => void,
): Promise<void> {
  const live = new Live(liveSize(PLAIN));
  const rate = new Rate(clock.monotonic());
  const say = (nowUs: number) => {
    const atMs = Math.floor(clock.now() / 1_000);
    tell(live, { source, atMs, perSecond: rate.of(live.cursor.sweeps, nowUs) });
  };
  let toldUs = clock.monotonic();
  let rowUs = toldUs;
  while (!stop.aborted && clock.monotonic() < endUs) {
    const bytes = source.read();
    if (bytes === undefined) break;
    live.take(bytes);
    const nowUs = clock.monotonic();
    if (nowUs - rowUs >= FRAME_MS * 1_000) {
      live.endRow((nowUs - rowUs) / 1e6);
      rowUs = nowUs;
    }
    if (nowUs - toldUs >= everyMs * 1_000) {
      toldUs = nowUs;
      say(nowUs);
    }
    await pause(READ_MS, undefined, { signal: stop }).catch(() => {});
  }
  const nowUs = clock.monotonic();
  live.endRow((nowUs - rowUs) / 1e6);
  say(nowUs);
}

type Moment = Parameters<Parameters<typeof watchPlainly>[2]>[1];

/** One line of JSON: a document a second. */
function summaryLine(live: Live, { source, atMs, perSecond }: Moment): void {
  const { cursor, survey, noise, unit } = live;
  const strongest = live.strongest();
  const { lost, share, paceUs, retunes } = live.loss();
  const peak =
    strongest === undefined
      ? null
      : { mhz: strongest.mhz, level: strongest.level, now: live.levelAt(strongest.column) ?? null };
  const line = {
    atMs,
    source: source.title,
    isGenerated: source.isGenerated,
    sweeps: cursor.sweeps,
    sweepsPerSecond: perSecond,
    skippedBytes: cursor.skippedBytes,
    loss: { lost, share, paceUs, retunes },
    tunings: survey.tunings,
    unit,
    noise: Number.isNaN(noise) ? null : noise,
    peak,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function frame(live: Live, { source, perSecond }: Moment, output: Output): void {
  const title = titleOf(source, live, perSecond);
  const view = {
    ...PLAIN,
    title,
    status: statusOf(live).slice(0, -2),
    keys: '',
    marker: undefined,
  };
  for (const line of screenLines(live, { ...view, depth: 'none' })) output.line(line.trimEnd());
  output.line();
}

function titleOf({ title, isGenerated }: WatchSource, live: Live, perSecond: number): string {
  const { tunings } = live.survey;
  const where =
    tunings.length <= 1 ? `${live.centreMhz} MHz` : `${live.centreMhz} MHz of ${tunings.length}`;
  const made = isGenerated ? ' · GENERATED, NOT HEARD' : '';
  const pace = `${Math.round(perSecond)} sweeps/s`;
  return `${title}${made} · ${live.cursor.sweeps === 0 ? 'nothing yet' : `${where} · ${pace}`}`;
}

function statusOf(live: Live): string {
  const { lost, share, judged } = live.loss();
  const { skippedBytes } = live.cursor;
  const missing = judged === 0 ? 'not known' : `${lost} (${(share * 100).toFixed(1)} %)`;
  return `missing ${missing} · skipped ${skippedBytes} B ·`;
}

function liveSize({ columns, lines }: { columns: number; lines: number }) {
  const parts = partsOf({ columns, lines });
  return { columns: parts.columns, rows: parts.fall * 2, levels: parts.histogram * 2 };
}

function depthOf(): Depth {
  const bits = process.stdout.getColorDepth();
  if (bits >= 24) return 'full';
  return bits >= 8 ? '256' : 'none';
}

/** Sweeps a second, over the last second or so. */
class Rate {
  #sweeps = 0;
  #us: number;
  #perSecond = 0;

  constructor(beganUs: number) {
    this.#us = beganUs;
  }

  of(sweeps: number, nowUs: number): number {
    const seconds = (nowUs - this.#us) / 1e6;
    if (seconds < 1 && (this.#perSecond > 0 || seconds < 0.2)) return this.#perSecond;
    this.#perSecond = (sweeps - this.#sweeps) / seconds;
    this.#sweeps = sweeps;
    this.#us = nowUs;
    return this.#perSecond;
  }
}
