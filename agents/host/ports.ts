/**
 * Fills ports. Work is run, and run again after a restart. An actuation changes the radio, so it is
 * asked first what it is, told to change only when that is not yet so, and asked again afterwards:
 * one change for one intent, wherever the host was killed in between. Actuations of one actor follow
 * one another, or a change that was abandoned could land after the one that replaced it.
 */
import type { PortFailure } from '#machines/port.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { Address } from '#protocols/ids.ts';
import type { Random } from '#protocols/random.ts';
import type { Memory, Place, PortActuation, PortContext, PortDone, PortWork } from '../body.ts';
import type { ActorRecord } from './actor-record.ts';
import type { HostParts } from './host-parts.ts';
import type { Message } from './message.ts';
import type { Running } from './running.ts';

type Deliver = (record: ActorRecord, message: Message) => void;
type Actuation = PortActuation<unknown, unknown, unknown>;
type Failed = Extract<Outcome<unknown, PortFailure>, { ok: false }>;

interface Line {
  busy: boolean;
  readonly waiting: (() => void)[];
}

export class Ports {
  readonly #parts: HostParts;
  readonly #deliver: Deliver;
  /** Actors whose radio is being changed, and what waits for that. */
  readonly #lines = new Map<ActorRecord, Line>();

  constructor(parts: HostParts, deliver: Deliver) {
    this.#parts = parts;
    this.#deliver = deliver;
  }

  begin(record: ActorRecord, running: Running): void {
    if (running.begun || running.abandoned) return;
    running.begun = true;
    const { port: name, input } = running.intent;
    const port = record.ports[name];
    if (port === undefined) {
      // Possible only after a restart with fewer ports; when first entered it is a fault.
      this.#finish(record, running, failure('unfilled', `nobody fills port '${name}' any more`));
      return;
    }
    this.#parts.point('begun', record.address);
    if (port.kind === 'work')
      this.#work(record, running, port as PortWork<unknown, unknown>, input);
    else this.#inLine(record, (next) => this.#actuate(record, running, port as Actuation, next));
  }

  abandon(running: Running): void {
    running.abandoned = true;
    running.cancel?.();
    running.cancel = undefined;
  }

  #work(
    record: ActorRecord,
    running: Running,
    work: PortWork<unknown, unknown>,
    input: unknown,
  ): void {
    const context = new RunContext(record.place, running);
    const done: PortDone<unknown> = (outcome) => this.#finish(record, running, outcome);
    try {
      const cancel = work.run(input, context, done);
      if (running.outcome === undefined) running.cancel = cancel;
    } catch (error) {
      this.#thrown(record, running, error);
    }
  }

  #actuate(record: ActorRecord, running: Running, port: Actuation, next: () => void): void {
    const { address } = record;
    const { input } = running.intent;
    const parts = this.#parts;
    const end = (outcome: Outcome<unknown, PortFailure>) => {
      this.#finish(record, running, outcome);
      next();
    };
    const guarded = (task: () => void) => {
      if (parts.over) return;
      try {
        task();
      } catch (error) {
        this.#thrown(record, running, error);
        next();
      }
    };
    const readBack: PortDone<unknown> = (state) =>
      guarded(() => {
        parts.point('checked', address);
        if (!state.ok) end(state);
        else if (port.holds(state.value, input)) {
          end({ ok: true, value: port.output(state.value, input) });
        } else {
          const was = JSON.stringify(state.value);
          end(failure('not_taken', `the radio was told to change, and then read ${was}`));
        }
      });
    const acted: PortDone<unknown> = (state) =>
      guarded(() => {
        parts.point('acted', address);
        if (!state.ok) end(state);
        else port.read(readBack);
      });
    const isRead: PortDone<unknown> = (state) =>
      guarded(() => {
        parts.point('read', address);
        if (running.abandoned) next();
        else if (!state.ok) end(state);
        else if (port.holds(state.value, input)) {
          end({ ok: true, value: port.output(state.value, input) });
        } else {
          parts.point('acting', address);
          this.#traceActuation(record, running);
          port.act(input, acted);
        }
      });
    if (running.abandoned) {
      next();
      return;
    }
    guarded(() => {
      parts.point('reading', address);
      port.read(isRead);
    });
  }

  #traceActuation(record: ActorRecord, { intent }: Running): void {
    const { key, port, input } = intent;
    const payload = { key, port, input };
    const { shortHash } = record.role.loaded;
    record.chain.record('actuation', payload, record.value, shortHash);
    this.#parts.inspected(record, 'actuation', payload);
  }

  #inLine(record: ActorRecord, task: (next: () => void) => void): void {
    let line = this.#lines.get(record);
    if (line === undefined) {
      line = { busy: false, waiting: [] };
      this.#lines.set(record, line);
    }
    const { waiting } = line;
    const go = () => {
      let over = false;
      task(() => {
        if (over) return;
        over = true;
        const following = waiting.shift();
        if (following === undefined) this.#lines.delete(record);
        else following();
      });
    };
    if (line.busy) waiting.push(go);
    else {
      line.busy = true;
      go();
    }
  }

  #finish(record: ActorRecord, running: Running, outcome: Outcome<unknown, PortFailure>): void {
    if (this.#parts.over || running.abandoned || running.outcome !== undefined) return;
    running.outcome = outcome;
    running.cancel = undefined;
    this.#deliver(record, { kind: 'port', running });
  }

  /** A port reports failures; one that throws is broken, and its chart hears of it as a failure. */
  #thrown(record: ActorRecord, running: Running, error: unknown): void {
    if (this.#parts.over) throw error;
    const message = error instanceof Error ? error.message : String(error);
    this.#parts.counts.faults += 1;
    this.#finish(record, running, failure('fault', message));
  }
}

class RunContext implements PortContext {
  readonly key: string;
  readonly first: boolean;
  readonly #place: Place;

  constructor(place: Place, { intent, first }: Running) {
    this.#place = place;
    this.key = intent.key;
    this.first = first;
  }

  get address(): Address {
    return this.#place.address;
  }

  get clock(): Clock {
    return this.#place.clock;
  }

  get random(): Random {
    return this.#place.random;
  }

  get memory(): Memory {
    return this.#place.memory;
  }
}

function failure(code: string, message: string): Failed {
  return { ok: false, error: { code, message } };
}
