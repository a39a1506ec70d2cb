/** What the machine draws, rail by rail, looked at every while and told as the mean of a window. */
import { join } from 'node:path';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import type { Metrics } from '#protocols/telemetry/metrics.ts';
import { namesIn, numberIn, sensorWord, textIn } from './sysfs.ts';

const EVERY_US = 2 * US_PER_S;
const RAILS_MAX = 64;

interface Rail {
  readonly name: string;
  /** W now; undefined while the sensor does not answer. */
  readonly watts: () => number | undefined;
  readonly seen: number[];
}

/**
 * Sensors that tell power in µW, or volts in mV and amperes in mA of one channel, as the INA3221 of a
 * Jetson does.
 *
 * @see linux/Documentation/ABI/testing/sysfs-class-hwmon; linux/Documentation/hwmon/ina3221.rst
 */
export class PowerWatch {
  readonly #rails: readonly Rail[];
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock, folder = '/sys/class/hwmon') {
    this.#clock = clock;
    this.#rails = railsIn(folder);
    if (this.#rails.length > 0) this.#look();
  }

  /** The mean since it was last asked; nothing on a machine without such sensors. */
  take(): Pick<Metrics, 'power' | 'rails'> {
    const seen = this.#rails.filter((rail) => rail.seen.length > 0);
    if (seen.length === 0) return {};
    const power = seen.map(
      (rail) => rail.seen.reduce((sum, watts) => sum + watts, 0) / rail.seen.length,
    );
    for (const rail of seen) rail.seen.splice(0, rail.seen.length - 1);
    return { power: Float32Array.from(power), rails: seen.map(({ name }) => name) };
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    for (const rail of this.#rails) {
      const watts = rail.watts();
      if (watts !== undefined) rail.seen.push(watts);
    }
    const tie = { target: 'node', source: 'power', seq: 0 };
    this.#timer = this.#clock.schedule(this.#clock.monotonic() + EVERY_US, () => this.#look(), tie);
  }
}

function railsIn(folder: string): Rail[] {
  const rails: Rail[] = [];
  for (const chip of namesIn(folder, /^hwmon\d+$/)) {
    const at = join(folder, chip);
    const number = (file: string) => numberIn(join(at, file));
    for (const file of namesIn(at, /^(power|in)\d+_input$/)) {
      const [, kind = '', place = ''] = /^([a-z]+)(\d+)/.exec(file) ?? [];
      const product = () => {
        const [millivolts, milliamperes] = [number(file), number(`curr${place}_input`)];
        if (millivolts === undefined || milliamperes === undefined) return undefined;
        return (millivolts * milliamperes) / 1e6;
      };
      const micro = () => {
        const microwatts = number(file);
        return microwatts === undefined ? undefined : microwatts / 1e6;
      };
      const watts = kind === 'power' ? micro : product;
      if (watts() === undefined) continue;
      const label = textIn(join(at, `${kind}${place}_label`)) ?? `${kind}${place}`;
      rails.push({ name: sensorWord(label, chip.slice('hwmon'.length)), watts, seen: [] });
    }
  }
  return rails.slice(0, RAILS_MAX);
}
