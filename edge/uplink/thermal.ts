/** How hot the machine is: every thermal zone of Linux, looked at every while, told once a window. */
import { join } from 'node:path';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import { Matrix } from '#protocols/telemetry/fields.ts';
import type { Metrics } from '#protocols/telemetry/metrics.ts';
import { namesIn, numberIn, sensorWord, textIn } from './sysfs.ts';

const EVERY_US = 2 * US_PER_S;
const ZONES_MAX = 64;

interface Zone {
  readonly name: string;
  readonly file: string;
  readonly celsius: number[];
}

/** @see linux/Documentation/driver-api/thermal/sysfs-api.rst: `temp` in thousandths of a degree */
export class ThermalWatch {
  readonly #zones: readonly Zone[];
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock, folder = '/sys/class/thermal') {
    this.#clock = clock;
    this.#zones = zonesIn(folder);
    if (this.#zones.length > 0) this.#look();
  }

  /** What was seen since it was last asked; nothing on a machine without zones. */
  take(): Pick<Metrics, 'thermal' | 'zones'> {
    const seen = this.#zones.filter(({ celsius }) => celsius.length > 0);
    if (seen.length === 0) return {};
    const values = seen.flatMap(({ celsius }) => {
      const mean = celsius.reduce((sum, each) => sum + each, 0) / celsius.length;
      return [celsius.at(-1)!, Math.min(...celsius), mean, Math.max(...celsius)];
    });
    // The next window begins with what was seen last, so that it is never empty.
    for (const { celsius } of seen) celsius.splice(0, celsius.length - 1);
    return {
      thermal: new Matrix(seen.length, 4, Float32Array.from(values)),
      zones: seen.map(({ name }) => name),
    };
  }

  /** The hottest zone now; undefined where none tells. */
  hottest(): number | undefined {
    const now = this.#zones.flatMap(({ celsius }) => celsius.slice(-1));
    return now.length === 0 ? undefined : Math.max(...now);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    for (const { file, celsius } of this.#zones) {
      const thousandths = numberIn(file);
      if (thousandths !== undefined) celsius.push(thousandths / 1_000);
    }
    const tie = { target: 'node', source: 'thermal', seq: 0 };
    const dueUs = this.#clock.monotonic() + EVERY_US;
    this.#timer = this.#clock.schedule(dueUs, () => this.#look(), tie);
  }
}

/** By number, each named by its type and told apart where two have the same. */
function zonesIn(folder: string): Zone[] {
  return namesIn(folder, /^thermal_zone\d+$/)
    .slice(0, ZONES_MAX)
    .map((name) => ({
      name: sensorWord(
        textIn(join(folder, name, 'type')) ?? 'zone',
        name.slice('thermal_zone'.length),
      ),
      file: join(folder, name, 'temp'),
      celsius: [],
    }));
}
