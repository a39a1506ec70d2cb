/**
 * The air as a process of its own: it answers for the radios of the nodes over the bus and tells
 * them what happens, and time in it is the time of its clock. Which radio asks is read from the
 * subject, which the broker guards, never from the body: a node changes its own radios only.
 */

import * as z from 'zod';
import type { Bus, BusMessage } from '#agents/bus/bus.ts';
import type { Air, HeardRadar } from '#protocols/air.ts';
import { type AirTold, ObserveRequest, RadioTuning, SpectrumRequest } from '#protocols/air-link.ts';
import { sameChannel } from '#protocols/channels.ts';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import { Address, partsOf } from '#protocols/ids.ts';
import { parseSubject, subjectOf } from '#protocols/subjects.ts';
import { sampleBytes } from './spectrum/ath11k.ts';

export interface ServedAir {
  close(): void;
}

export interface ServeAirOptions {
  readonly bus: Bus;
  readonly site: string;
  readonly air: Air;
  readonly clock: Clock;
  /** Only this node's radios: the others are served over buses of their own. */
  readonly node?: string;
  /** Told of every order to a radio, when it is carried out. */
  readonly onApplied?: (radio: string, tuning: RadioTuning) => void;
  /** What went wrong with a request; its sender is told too. */
  readonly onRejected?: (subject: string, message: string) => void;
}

/** A radio that a node drives. */
interface Attached {
  readonly address: Address;
  readonly id: string;
  readonly unwatch: () => void;
}

/**
 * A radio that still sends on its channel so long after radar began there has lost its node: it is
 * switched off, as a host access point daemon would. The rules leave 10 s to move.
 *
 * @see 47 CFR 15.407(h)(2)(iii)
 */
const MOVE_US = 5 * US_PER_S;

/** What a broker carries in one message, and a little less; a wish is for so many sweeps at most. */
const MESSAGE_BYTES_MAX = 1_000_000;

function sweepsAMessage(bins: number): number {
  return Math.floor(MESSAGE_BYTES_MAX / sampleBytes(bins));
}

export function serveAir(options: ServeAirOptions): ServedAir {
  const { bus, site, air, clock, node = '*', onApplied, onRejected } = options;
  const attached = new Map<string, Attached>();
  /** Radios that were switched off, until they are told what to do again. */
  const stopped = new Map<string, HeardRadar>();
  const operations: Readonly<Record<string, (radio: Radio, body: unknown) => unknown>> = {
    attach,
    apply: retune,
    tuned: ({ id }) => air.tuned(id),
    observe({ id }, body) {
      const { kind, overUs } = ObserveRequest.parse(body);
      const untilUs = clock.monotonic();
      return air.observe(id, kind, { fromUs: Math.max(0, untilUs - overUs), untilUs });
    },
    spectrum({ id }, body) {
      const { bins, sweeps } = SpectrumRequest.parse(body);
      return air.spectrum(id, { bins, sweeps: Math.min(sweeps, sweepsAMessage(bins)) });
    },
  };
  const subscriptions = Object.entries(operations).map(([name, operation]) =>
    // A pattern of addresses, in the one place where a pattern stands for one.
    bus.subscribe(subjectOf('air', `${site}/${node}/*` as Address, name), (message) =>
      serve(message, operation),
    ),
  );
  let timer: Timer | undefined;
  armLoads(clock.monotonic() + US_PER_S);

  return {
    close() {
      timer?.cancel();
      timer = undefined;
      for (const subscription of subscriptions) subscription.close();
      for (const { unwatch } of attached.values()) unwatch();
    },
  };

  function serve(message: BusMessage, operation: (radio: Radio, body: unknown) => unknown): void {
    air.advance(clock.monotonic());
    try {
      const radio = radioOf(message.subject);
      meet(radio);
      const value = operation(radio, jsonOf(message.data));
      if (value instanceof Uint8Array) message.respond(value, { 'Airguard-Form': 'bytes' });
      else message.respond(encode({ value }));
    } catch (error) {
      if (!(error instanceof InputError || error instanceof z.ZodError)) throw error;
      const text = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
      onRejected?.(message.subject, text);
      message.respond(encode({ error: text }));
    }
  }

  function retune({ id }: Radio, body: unknown): null {
    const tuning = RadioTuning.parse(body);
    air.apply({ kind: 'radio', id, ...tuning });
    stopped.delete(id);
    onApplied?.(id, tuning);
    return null;
  }

  /** A driver that comes, or comes again, is told of radar that it cannot have heeded. */
  function attach({ id, address }: Radio, body: unknown): null {
    const tuning = RadioTuning.parse(body);
    if (!stopped.has(id)) {
      air.apply({ kind: 'radio', id, ...tuning });
      onApplied?.(id, tuning);
    }
    const radar = stopped.get(id) ?? air.heardRadar(id);
    if (radar !== undefined) tell(address, { radar, stopped: stopped.has(id) });
    return null;
  }

  /** Whoever asks for a radio drives it from now on. */
  function meet({ id, address }: Radio): void {
    if (attached.has(id)) return;
    const unwatch = air.watchRadar(id, (radar) => {
      tell(address, { radar, stopped: false });
      const { channel } = air.tuned(id);
      clock.schedule(clock.monotonic() + MOVE_US, () => {
        const now = air.tuned(id);
        const stays = channel !== null && now.channel !== null && sameChannel(channel, now.channel);
        if (!stays || now.silent) return;
        air.apply({ kind: 'radio', id, channel: null });
        stopped.set(id, radar);
        tell(address, { radar, stopped: true });
      });
    });
    attached.set(id, { address, id, unwatch });
  }

  function armLoads(dueUs: number): void {
    timer = clock.schedule(dueUs, () => {
      air.advance(clock.monotonic());
      for (const { id, address } of attached.values()) tell(address, { load: air.load(id) });
      armLoads(dueUs + US_PER_S);
    });
  }

  function tell(address: Address, told: z.infer<typeof AirTold>): void {
    bus.publish(subjectOf('air', address, 'told'), encode(told));
  }
}

interface Radio {
  readonly address: Address;
  readonly id: string;
}

function radioOf(subject: string): Radio {
  const parsed = parseSubject(subject);
  const address = Address.safeParse(parsed && `${parsed.site}/${parsed.node}/${parsed.actor}`);
  if (!address.success) throw new InputError(`'${subject}' names no radio`);
  const { node, actor } = partsOf(address.data);
  return { address: address.data, id: `${node}/${actor}` };
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    throw new InputError('expected JSON, came something else');
  }
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
