/**
 * The steps of each order to a real radio: to listen, to send, to keep a power. Each asks first what
 * stands against it and reads back what came of it.
 */
import type { Channel } from '#protocols/channels.ts';
import type { Done } from '#protocols/driver.ts';
import { type AccessPoint, inOrder, isOn, type Standing, type Step } from './access-point.ts';
import { against, beyondHostapd } from './channel-check.ts';
import { command } from './commands.ts';
import type { PhyIo } from './io.ts';
import { factsOfBlock, parseChannels } from './iw-phy.ts';
import { guarded } from './order-lane.ts';
import type { RadioPower } from './radio-power.ts';

/** hostapd looks at its neighbours before it uses 40 MHz, and a move is announced first. */
const SETTLING_MS = 15_000;

export class Orders {
  readonly #address: string;
  readonly #phy: string;
  readonly #io: PhyIo;
  readonly #access: AccessPoint;
  readonly #power: RadioPower;
  readonly #silenceOwedMs: (channel: Channel) => number;

  constructor(options: {
    readonly address: string;
    readonly phy: string;
    readonly io: PhyIo;
    readonly access: AccessPoint;
    readonly power: RadioPower;
    readonly silenceOwedMs: (channel: Channel) => number;
  }) {
    this.#address = options.address;
    this.#phy = options.phy;
    this.#io = options.io;
    this.#access = options.access;
    this.#power = options.power;
    this.#silenceOwedMs = options.silenceOwedMs;
  }

  /** It is made silent, told the channel, and started without beacons: it only listens. */
  listening(channel: Channel, isNewest: () => boolean): Step[] {
    const access = this.#access;
    return [
      access.disable,
      this.#checkChannel(channel, { mayListen: true }),
      this.#withStandards((standards) => access.configure(channel, true, standards)),
      access.enable,
      access.until({
        holds: (now) => isOn(now, channel, true),
        isWanted: isNewest,
        withinMs: SETTLING_MS,
        words: 'listening',
      }),
    ];
  }

  sending(channel: Channel, was: Standing, isNewest: () => boolean): Step[] {
    const access = this.#access;
    if (isOn(was, channel, false)) return [];
    const settle = (withinMs: number) =>
      access.until({
        holds: (now) => isOn(now, channel, false),
        isWanted: isNewest,
        withinMs,
        words: 'sending there',
      });
    const end = [settle(SETTLING_MS), this.limit, this.checkPower];
    if (isOn(was, channel, true)) {
      // hostapd may be a little behind with the silence; it says itself when that ends.
      const owedMs = this.#silenceOwedMs(channel);
      return [
        // Radar may have been heard there since.
        this.#checkChannel(channel, { mayListen: true }),
        this.limit,
        access.speak,
        settle(owedMs + SETTLING_MS),
        ...end.slice(1),
      ];
    }
    const check = this.#checkChannel(channel, { mayListen: false });
    const anew = [
      access.disable,
      this.#withStandards((standards) => access.configure(channel, false, standards)),
      this.limit,
      access.enable,
    ];
    const canMove = !was.silent && was.channel?.band === channel.band;
    if (!canMove) return [check, ...anew, ...end];
    const move: Step = (then) =>
      access.move(
        channel,
        was.standards,
      )((failed) => {
        if (failed === undefined) then(undefined);
        else inOrder(anew.map((step) => guarded(isNewest, step)))(then);
      });
    return [check, move, ...end];
  }

  /** What stands against a channel now, by hostapd's configuration and by the kernel. */
  #checkChannel(channel: Channel, { mayListen }: { readonly mayListen: boolean }): Step {
    const question = { address: this.#address, channel };
    const silenceMs = this.#silenceOwedMs(channel);
    return (then) =>
      this.#access.read((now) => {
        if (!now.ok) return then(now.error);
        const narrow = beyondHostapd(question, now.value.standards);
        if (narrow !== undefined) return then(narrow);
        this.readFacts(channel, (read) => {
          then(read.ok ? against(question, read.value, { silenceMs, mayListen }) : read.error);
        });
      });
  }

  readFacts(channel: Channel, done: Done<ReturnType<typeof factsOfBlock>>): void {
    this.#io.run(command('listChannels', this.#phy), (listed) => {
      const known = parseChannels(listed.stdout);
      if (known.size > 0) return done({ ok: true, value: factsOfBlock(channel, known) });
      const message = `${this.#address}: expected \`iw phy ${this.#phy} channels\` to list some, came none`;
      done({ ok: false, error: { code: 'gone', message } });
    });
  }

  #withStandards(make: (standards: Standing['standards']) => Step): Step {
    return (then) =>
      this.#access.read((now) => (now.ok ? make(now.value.standards)(then) : then(now.error)));
  }

  readonly limit: Step = (then) => {
    const { limitDbm } = this.#power;
    if (limitDbm === undefined) then(undefined);
    else this.#access.limit(limitDbm)(then);
  };

  /** A radio above what it was set to does not go on. */
  readonly checkPower: Step = (then) => {
    this.#access.read((now) => {
      if (!now.ok) return then(now.error);
      const { silent, conductedDbm } = now.value;
      const above = silent ? undefined : this.#power.above(conductedDbm);
      if (above !== undefined) this.#access.hush();
      then(above);
    });
  };
}
