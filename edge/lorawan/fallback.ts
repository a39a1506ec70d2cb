/**
 * Which way a node talks to the cloud. When the link is lost for a while it goes over to LoRaWAN, and
 * when the link is back for a while it returns; what the cloud has not received by then takes the better
 * link, under the same record numbers, so that the cloud counts nothing twice.
 */
import { type Clock, type Timer, US_PER_MS, US_PER_S } from '#protocols/clock.ts';
import type { LoraAlert, LoraHeartbeat, LoraState } from '#protocols/lorawan/messages.ts';
import type { Random } from '#protocols/random.ts';
import type { LoraLink } from './link.ts';
import type { NodeMessage } from './outbox.ts';

type Parts<Message, Left extends keyof Message> = Omit<Message, 'is' | 'record' | 'at' | Left>;

/** What an alert says, but for its number and its time. */
export type AlertParts = Parts<LoraAlert, never>;
export type HeartbeatParts = Parts<LoraHeartbeat, 'aloneMin' | 'alertsWaiting'>;
export type StateParts = Parts<LoraState, never>;
export type AcknowledgementParts = Omit<
  Extract<NodeMessage, { is: 'acknowledgement' }>,
  'is' | 'record'
>;

/** `leaving` and `returning` wait whether the change lasts. */
export type FallbackMode = 'wan' | 'leaving' | 'lora' | 'returning';

export interface FallbackOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly link: Pick<LoraLink, 'send' | 'withdraw' | 'unreceived'>;
  readonly nextRecord: () => number;
  readonly heartbeat: () => HeartbeatParts;
  readonly state: () => StateParts;
  /** Carries a record over the better link, at least once. */
  readonly overWan: (message: NodeMessage) => void;
  readonly onMode?: (mode: FallbackMode) => void;
  /** How long the link has to be lost before LoRaWAN takes over. */
  readonly lostForMs?: number;
  /** How long it has to be back before it is trusted. */
  readonly restoredForMs?: number;
  readonly heartbeatEveryMs?: number;
  readonly stateEveryMs?: number;
}

/** The first heartbeat comes within this time, the first state within as long after it. */
const FIRST_MS = 60_000;

const defaults = {
  lostForMs: 60_000,
  restoredForMs: 30_000,
  heartbeatEveryMs: 15 * 60_000,
  stateEveryMs: 60 * 60_000,
};

export class Fallback {
  readonly #options: FallbackOptions & typeof defaults;
  #mode: FallbackMode = 'wan';
  #aloneSinceUs = 0;
  /** What came up while it waits whether the link is gone for good. */
  #held: NodeMessage[] = [];
  #change: Timer | undefined;
  #heartbeatTimer: Timer | undefined;
  #stateTimer: Timer | undefined;

  constructor(options: FallbackOptions) {
    this.#options = { ...defaults, ...options };
  }

  get mode(): FallbackMode {
    return this.#mode;
  }

  /** The node no longer reaches the cloud. Said twice, it counts once. */
  linkLost(): void {
    if (this.#mode === 'returning') {
      this.#enter('lora');
      return;
    }
    if (this.#mode !== 'wan') return;
    this.#aloneSinceUs = this.#options.clock.monotonic();
    this.#enter('leaving');
    this.#change = this.#after(this.#options.lostForMs, () => this.#leave());
  }

  /** It reaches the cloud again. */
  linkRestored(): void {
    if (this.#mode === 'leaving') {
      this.#return();
      return;
    }
    if (this.#mode !== 'lora') return;
    this.#enter('returning');
    this.#change = this.#after(this.#options.restoredForMs, () => this.#return());
  }

  /** Tells the cloud, on whatever way there is; returns the number of the record. */
  alert(parts: AlertParts): number {
    return this.#tell({ is: 'alert', ...this.#stamp(), ...parts });
  }

  acknowledge(parts: AcknowledgementParts): number {
    return this.#tell({ is: 'acknowledgement', record: this.#options.nextRecord(), ...parts });
  }

  /** The cloud wishes to hear from the node; over LoRaWAN alone, for otherwise it does. */
  heartbeatNow(): void {
    if (this.#mode === 'lora' || this.#mode === 'returning') this.#beat();
  }

  stop(): void {
    for (const timer of [this.#change, this.#heartbeatTimer, this.#stateTimer]) timer?.cancel();
  }

  #tell(message: NodeMessage): number {
    if (this.#mode === 'wan') this.#options.overWan(message);
    else if (this.#mode === 'leaving') this.#held.push(message);
    else this.#options.link.send(message);
    return message.record;
  }

  #enter(mode: FallbackMode): void {
    this.#change?.cancel();
    this.#mode = mode;
    this.#options.onMode?.(mode);
  }

  #leave(): void {
    this.#enter('lora');
    for (const message of this.#held) this.#options.link.send(message);
    this.#held = [];
    this.#heartbeatTimer = this.#after(FIRST_MS * this.#draw(), () => this.#beat());
    this.#stateTimer = this.#after(FIRST_MS * (1 + this.#draw()), () => this.#describe());
  }

  /** The better link takes over what has not arrived, oldest first. */
  #return(): void {
    this.stop();
    this.#enter('wan');
    const left = [...this.#options.link.withdraw(), ...this.#held];
    this.#held = [];
    for (const message of left) this.#options.overWan(message);
  }

  #beat(): void {
    const { clock, link, heartbeat, heartbeatEveryMs } = this.#options;
    const aloneUs = clock.monotonic() - this.#aloneSinceUs;
    link.send({
      is: 'heartbeat',
      ...this.#stamp(),
      ...heartbeat(),
      aloneMin: Math.floor(aloneUs / (60 * US_PER_S)),
      alertsWaiting: link.unreceived,
    });
    this.#heartbeatTimer?.cancel();
    this.#heartbeatTimer = this.#after(heartbeatEveryMs * this.#about(), () => this.#beat());
  }

  #describe(): void {
    const { link, state, stateEveryMs } = this.#options;
    link.send({ is: 'state', ...this.#stamp(), ...state() });
    this.#stateTimer = this.#after(stateEveryMs * this.#about(), () => this.#describe());
  }

  #stamp() {
    const { clock, nextRecord } = this.#options;
    return { record: nextRecord(), at: Math.floor(clock.now() / US_PER_S) };
  }

  #draw(): number {
    return this.#options.random.uniform();
  }

  /** Within a tenth of one, for nodes that lost their link together shall not keep step. */
  #about(): number {
    return 0.9 + 0.2 * this.#draw();
  }

  #after(ms: number, task: () => void): Timer {
    const { clock } = this.#options;
    return clock.schedule(clock.monotonic() + Math.round(ms * US_PER_MS), task);
  }
}
