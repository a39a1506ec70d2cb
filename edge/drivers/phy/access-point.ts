/**
 * A radio as hostapd and the kernel run it: what both say of it together, and the steps that make it
 * silent, have it listen, move it or have it send. It sends only while hostapd says `ENABLED` and the
 * kernel has a channel for the interface; an enabled one with `start_disabled` set has none.
 */
import { type Channel, sameChannel } from '#protocols/channels.ts';
import { type Clock, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { Done, DriverError } from '#protocols/driver.ts';
import {
  type Command,
  type CommandName,
  command,
  HOSTAPD_WORDS,
  type HostapdAt,
} from './commands.ts';
import { type HostapdStatus, parseStatus, type Standard, settings, switching } from './hostapd.ts';
import type { CommandResult, PhyIo } from './io.ts';
import { type InterfaceInfo, parseInterface } from './iw-interface.ts';

/** What the radio does. */
export interface Standing {
  readonly state: string;
  readonly channel: Channel | null;
  readonly silent: boolean;
  readonly conductedDbm: number | undefined;
  readonly standards: readonly Standard[];
  readonly wiphy: number;
}

export type Then = (failed: DriverError | undefined) => void;
export type Step = (then: Then) => void;

const LOOK_AGAIN_US = 50 * US_PER_MS;

export class AccessPoint {
  readonly #io: PhyIo;
  readonly #clock: Clock;
  readonly #address: string;
  readonly #at: HostapdAt;
  readonly #interface: string;
  #seq = 0;

  constructor(options: {
    readonly io: PhyIo;
    readonly clock: Clock;
    readonly address: string;
    readonly interfaceName: string;
    readonly controlFolder: string;
  }) {
    this.#io = options.io;
    this.#clock = options.clock;
    this.#address = options.address;
    this.#at = [options.controlFolder, options.controlFolder, options.interfaceName];
    this.#interface = options.interfaceName;
  }

  /** Asks hostapd and the kernel. */
  read(done: Done<Standing>): void {
    this.#io.run(command('status', ...this.#at), (answer) => {
      const status = parseStatus(answer.stdout);
      if (answer.code !== 0 || status === undefined) {
        done({ ok: false, error: this.#gone('hostapd', answer) });
        return;
      }
      this.#io.run(command('describeInterface', this.#interface), (told) => {
        const info = parseInterface(told.stdout);
        if (told.code === 0 && info !== undefined) {
          done({ ok: true, value: standing(status, info) });
        } else done({ ok: false, error: this.#gone('iw', told) });
      });
    });
  }

  /** Ends what it sends, whatever is under way; nobody waits for the answer. */
  hush(): void {
    this.#io.run(command('disable', ...this.#at), () => {});
  }

  /** It neither sends nor listens; where that is so already, hostapd is left alone. */
  readonly disable: Step = (then) => {
    this.read((was) => {
      if (was.ok && was.value.state === 'DISABLED') then(undefined);
      else
        this.#order(command('disable', ...this.#at), (failed) => this.#wasDisabled(failed, then));
    });
  };

  /** An order given beside this one may have come first; then hostapd says FAIL to the second. */
  #wasDisabled(failed: DriverError | undefined, then: Then): void {
    if (failed === undefined) {
      then(undefined);
      return;
    }
    this.read((now) => then(now.ok && now.value.state === 'DISABLED' ? undefined : failed));
  }

  /** Puts the channel into the configuration; `silent`: it then sends no beacon by itself. */
  configure(channel: Channel, silent: boolean, standards: readonly Standard[]): Step {
    const orders = [
      command('setStartDisabled', ...this.#at, silent ? 1 : 0),
      ...settings(this.#at, channel, standards),
    ];
    return inOrder(
      orders.map(
        (order): Step =>
          (then) =>
            this.#order(order, then),
      ),
    );
  }

  readonly enable: Step = (then) => this.#order(command('enable', ...this.#at), then);

  /** One that listened begins to send; if it still listens, when it is done. */
  readonly speak: Step = (then) => {
    this.#order(command('setStartDisabled', ...this.#at, 0), (failed) => {
      if (failed !== undefined) return then(failed);
      this.read((now) => {
        if (now.ok && now.value.state === 'ENABLED' && now.value.silent) {
          this.#order(command('updateBeacon', ...this.#at), then);
        } else then(undefined);
      });
    });
  };

  /** Moves with its clients, announced in beacons. */
  move(channel: Channel, standards: readonly Standard[]): Step {
    return (then) => this.#order(switching(this.#at, channel, standards), then);
  }

  /** At the connector; more than that it does not send. */
  limit(conductedDbm: number): Step {
    const order = command('limitPower', this.#interface, Math.round(conductedDbm * 100));
    return (then) =>
      this.#io.run(order, (answer) =>
        then(answer.code === 0 ? undefined : this.#rejected(order, answer)),
      );
  }

  /** Waits until it is so, or until nobody waits for it any more. */
  until(wait: {
    readonly holds: (now: Standing) => boolean;
    readonly isWanted: () => boolean;
    readonly withinMs: number;
    readonly words: string;
  }): Step {
    const { holds, isWanted, withinMs, words } = wait;
    return (then) => {
      const untilUs = this.#clock.monotonic() + withinMs * US_PER_MS;
      const look = () =>
        this.read((now) => {
          if (!isWanted() || (now.ok && holds(now.value))) return then(undefined);
          if (this.#clock.monotonic() >= untilUs) {
            const came = now.ok ? described(now.value) : now.error.message;
            const message = `${this.#address}: expected it ${words} within ${withinMs / 1_000} s, came ${came}`;
            return then({ code: 'rejected', message });
          }
          this.#seq += 1;
          const tie = { target: this.#address, source: 'wait', seq: this.#seq };
          this.#clock.schedule(this.#clock.monotonic() + LOOK_AGAIN_US, look, tie);
        });
      look();
    };
  }

  /** Events of hostapd, until the function returned is called; begun again when hostapd was gone. */
  follow(onLine: (line: string) => void, onAttach: (isFirst: boolean) => void): () => void {
    let stop = () => {};
    let isOver = false;
    let isFirst = true;
    const begin = () => {
      if (isOver) return;
      stop = this.#io.follow(command('events', ...this.#at), {
        onLine,
        onEnd: () => {
          this.#seq += 1;
          const tie = { target: this.#address, source: 'events', seq: this.#seq };
          this.#clock.schedule(this.#clock.monotonic() + US_PER_S, begin, tie);
        },
      });
      onAttach(isFirst);
      isFirst = false;
    };
    begin();
    return () => {
      isOver = true;
      stop();
    };
  }

  ask(name: CommandName, done: Done<string>): void {
    this.#io.run(command(name, this.#interface), (answer) =>
      done(
        answer.code === 0
          ? { ok: true, value: answer.stdout }
          : { ok: false, error: this.#gone('iw', answer) },
      ),
    );
  }

  #order(order: Command, then: Then): void {
    this.#io.run(order, (answer) => {
      // It answers OK or FAIL in words, and leaves with 0 for both.
      const isTaken = answer.code === 0 && /(^|\n)OK\s*$/.test(answer.stdout);
      then(isTaken ? undefined : this.#rejected(order, answer));
    });
  }

  #rejected({ tool, args }: Command, answer: CommandResult): DriverError {
    const words = args.slice(tool === 'iw' ? 2 : HOSTAPD_WORDS).join(' ');
    if (tool === 'hostapd_cli' && answer.code !== 0) return this.#gone('hostapd', answer);
    const message = `${this.#address}: expected ${tool} to do '${words}', came ${lastLine(answer)}`;
    return { code: 'rejected', message };
  }

  #gone(who: 'hostapd' | 'iw', answer: CommandResult): DriverError {
    const [folder, , name] = this.#at;
    const mend =
      who === 'hostapd'
        ? `start hostapd with ctrl_interface=${folder} on ${name}`
        : `install iw and bring ${name} up`;
    const message = `${this.#address}: expected ${who} to tell of ${name}, came ${lastLine(answer)}; ${mend}`;
    return { code: 'gone', message };
  }
}

/** One step after the other; the first that fails ends it. */
export function inOrder([first, ...rest]: readonly Step[]): Step {
  return (then) => {
    if (first === undefined) return then(undefined);
    first((failed) => {
      if (failed === undefined) inOrder(rest)(then);
      else then(failed);
    });
  };
}

/** Whether it sends, or listens, on that very channel. */
export function isOn(standing: Standing, channel: Channel, silent: boolean): boolean {
  return (
    standing.silent === silent &&
    standing.channel !== null &&
    sameChannel(standing.channel, channel)
  );
}

function standing(status: HostapdStatus, info: InterfaceInfo): Standing {
  const { state, standards } = status;
  const common = { state, standards, conductedDbm: info.conductedDbm, wiphy: info.wiphy };
  if (state === 'DFS') return { ...common, silent: true, channel: info.channel ?? status.channel };
  if (state !== 'ENABLED') return { ...common, silent: true, channel: null };
  return info.channel === null
    ? { ...common, silent: true, channel: status.channel }
    : { ...common, silent: false, channel: info.channel };
}

function described({ state, silent, channel }: Standing): string {
  const where =
    channel === null ? 'nowhere' : `at ${channel.primaryMhz} MHz, ${channel.widthMhz} MHz wide`;
  return `${state}, ${silent ? 'silent' : 'sending'} ${where}`;
}

function lastLine({ code, stdout, stderr }: CommandResult): string {
  const line = `${stdout}\n${stderr}`.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? `exit code ${code}` : `'${line}'`;
}
