/**
 * The node's ear: takes sweeps from the drivers that can give them, keeps the newest, and says what
 * they hold.
 */
import type { PortWork } from '#agents/body.ts';
import type { NodeFacts } from '#agents/edge-node.ts';
import type { Look } from '#machines/edge-node.ts';
import type { Finding, ScanResult } from '#machines/radio-words.ts';
import { type Span, span } from '#protocols/channels.ts';
import type { Done, Driver, DriverError } from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';
import { RecentSweeps } from './capture/recent.ts';
import { readSweeps, type Sweep, SweepReader } from './capture/tlv.ts';
import type { Classifier } from './detector/classes/classify.ts';
import { detect } from './detector/detect.ts';
import { classesHeard, named } from './detector/naming.ts';
import type { Ear } from './pipeline/ear.ts';

const keptBytes = 4 * 1024 * 1024;
const noCapture = {
  ok: false,
  error: {
    code: 'no_capture',
    hint: 'Nothing was captured on this radio. Its node_describe says whether it can.',
  },
} as const;

interface Heard {
  readonly sweeps: number;
  readonly bytes: number;
  readonly skippedBytes: number;
  readonly findings: readonly Finding[];
}

export class SpectrumWatch {
  readonly #drivers: ReadonlyMap<string, Driver>;
  readonly #ear: Ear | undefined;
  readonly #classifier: Classifier | undefined;
  readonly #record: ((radio: string, bytes: Uint8Array) => void) | undefined;
  readonly #recent = new Map<string, RecentSweeps>();
  readonly #readers = new Map<string, SweepReader>();
  readonly #skipped = new Map<string, number>();
  readonly #found = new Map<string, readonly Finding[]>();

  /**
   * The drivers of the node's radios, by actor; `ear` where it listens to them without end. `record` is
   * given all that they hand over at a look; `classifier` names what is found.
   */
  constructor(
    drivers: ReadonlyMap<string, Driver>,
    {
      ear,
      record,
      classifier,
    }: {
      readonly ear?: Ear;
      readonly classifier?: Classifier;
      readonly record?: (radio: string, bytes: Uint8Array) => void;
    } = {},
  ) {
    this.#drivers = drivers;
    this.#ear = ear;
    this.#record = record;
    this.#classifier = classifier;
  }

  /** Radios whose hardware has a spectral scan. */
  spectral(): string[] {
    return [...this.#drivers]
      .filter(([, driver]) => driver.capabilities().spectral)
      .map(([actor]) => actor);
  }

  /** Fills `look` of the node's chart: one look at each radio, one after another. */
  readonly look: PortWork<
    { radios: readonly string[]; bins: number; sweeps: number },
    { atMs: number; looks: readonly Look[] }
  > = {
    kind: 'work',
    run: ({ radios, bins, sweeps }, { clock }, done) => {
      const looks: Look[] = [];
      const next = (index: number) => {
        const radio = radios[index];
        if (radio === undefined) {
          done({ ok: true, value: { atMs: Math.floor(clock.now() / 1_000), looks } });
          return;
        }
        this.#hear(radio, bins, sweeps, (heard) => {
          if (heard.ok) {
            const { sweeps: count, skippedBytes, findings } = heard.value;
            looks.push({ radio, sweeps: count, skippedBytes, findings });
          }
          next(index + 1);
        });
      };
      next(0);
      return undefined;
    },
  };

  /** Fills `scan` of a radio's chart. */
  scan(radio: string): PortWork<{ bins: number; sweeps: number }, ScanResult> {
    return {
      kind: 'work',
      run: ({ bins, sweeps }, _, done) => {
        this.#hear(radio, bins, sweeps, (heard) => {
          if (!heard.ok) return done(heard);
          const { sweeps: count, bytes, findings } = heard.value;
          done({ ok: true, value: { sweeps: count, bytes, findings: findings.map(shown) } });
        });
        return undefined;
      },
    };
  }

  readonly capture: NodeFacts['capture'] = ({ radio, sweeps }) => {
    const recent = this.#recent.get(radio);
    if (recent === undefined) return noCapture;
    const { sweeps: count, bytes } = recent.newest(sweeps);
    return {
      ok: true,
      value: { sweeps: count, format: 'ath-tlv', base64: Buffer.from(bytes).toString('base64') },
    };
  };

  readonly replay: NodeFacts['replay'] = ({ radio }) => {
    const recent = this.#recent.get(radio);
    if (recent === undefined) return noCapture;
    const { sweeps } = readSweeps(recent.newest(4096).bytes);
    const spans = sweeps.flatMap(({ segments }) => segments);
    const lowMhz = Math.min(...spans.map((segment) => segment.lowMhz));
    const highMhz = Math.max(...spans.map((segment) => segment.highMhz));
    const findings = this.#named(detect(sweeps, { lowMhz, highMhz }), sweeps).map(shown);
    return { ok: true, value: { sweeps: sweeps.length, findings } };
  };

  #hear(radio: string, bins: number, wanted: number, done: Done<Heard>): void {
    const driver = this.#drivers.get(radio);
    if (driver === undefined || !driver.capabilities().spectral) {
      done({
        ok: false,
        error: { code: 'unsupported', message: `${radio} has no spectral scan` },
      });
      return;
    }
    driver.state((state) => {
      if (!state.ok) return done(state);
      const { channel } = state.value;
      if (channel === null) return done(nothing);
      if (this.#ear?.hears(radio) === true) {
        done({ ok: true, value: this.#overheard(this.#ear, radio, wanted, span(channel)) });
        return;
      }
      driver.openSpectrum({ bins, sweeps: wanted }, (opened) => {
        if (!opened.ok) return done(opened);
        const bytes = opened.value.read();
        opened.value.close();
        this.#record?.(radio, bytes);
        done({ ok: true, value: this.#take(radio, bytes, span(channel)) });
      });
    });
  }

  /** What is listened to anyway is not opened a second time: reading takes the sweeps away. */
  #overheard(ear: Ear, radio: string, wanted: number, tuned: Span): Heard {
    const { sweeps, skippedBytes } = ear.newest(radio, wanted);
    const skippedBefore = this.#skipped.get(radio) ?? 0;
    this.#skipped.set(radio, skippedBytes);
    const bytes = sweeps.reduce((sum, sweep) => sum + sweep.bytes.length, 0);
    return {
      ...this.#judge(radio, sweeps, tuned),
      bytes,
      skippedBytes: skippedBytes - skippedBefore,
    };
  }

  #take(radio: string, bytes: Uint8Array, tuned: Span): Heard {
    const reader = this.#readers.get(radio) ?? new SweepReader();
    this.#readers.set(radio, reader);
    const skippedBefore = reader.skippedBytes;
    const sweeps: Sweep[] = [];
    reader.push(bytes, (sweep) => sweeps.push(sweep));
    return {
      ...this.#judge(radio, sweeps, tuned),
      bytes: bytes.length,
      skippedBytes: reader.skippedBytes - skippedBefore,
    };
  }

  #judge(radio: string, sweeps: readonly Sweep[], tuned: Span): Pick<Heard, 'sweeps' | 'findings'> {
    if (sweeps.length > 0) {
      const recent = this.#recent.get(radio) ?? new RecentSweeps(keptBytes);
      recent.add(sweeps);
      this.#recent.set(radio, recent);
    }
    const found = detect(sweeps, tuned, this.#found.get(radio));
    const findings = this.#named(found, sweeps);
    this.#found.set(radio, findings);
    return { sweeps: sweeps.length, findings };
  }

  #named(findings: readonly Finding[], sweeps: readonly Sweep[]): readonly Finding[] {
    if (findings.length === 0 || this.#classifier === undefined) return findings;
    return named(findings, classesHeard(this.#classifier, sweeps));
  }
}

const nothing: Outcome<Heard, DriverError> = {
  ok: true,
  value: { sweeps: 0, bytes: 0, skippedBytes: 0, findings: [] },
};

/** A finding as tools show it: their answer has the number of sweeps once. */
function shown({ sweeps: _, ...finding }: Finding): Omit<Finding, 'sweeps'> {
  return finding;
}
