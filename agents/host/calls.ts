/**
 * Calls that charts ask for. Each was committed with the step that asked; it is handed to the caller
 * after that, and again after a restart, until its outcome has been consumed by the chart.
 */

import type { CallRequested } from '#machines/effects.ts';
import { CLOUD, partsOf } from '#protocols/ids.ts';
import { decode } from '../store/packing.ts';
import type { OutboxMessage } from '../store/store.ts';
import type { ToolCaller } from './actor-host.ts';
import type { ActorRecord } from './actor-record.ts';
import type { HostParts } from './host-parts.ts';
import type { Message } from './message.ts';

export class Calls {
  readonly #parts: HostParts;
  readonly #deliver: (record: ActorRecord, message: Message) => void;
  /** By outbox id; a call is under way once, however often it was asked for. */
  readonly #underWay = new Map<string, UnderWay>();

  constructor(parts: HostParts, deliver: (record: ActorRecord, message: Message) => void) {
    this.#parts = parts;
    this.#deliver = deliver;
  }

  get length(): number {
    return this.#underWay.size;
  }

  begin(record: ActorRecord, { id, data }: OutboxMessage): void {
    if (this.#underWay.has(id)) return;
    // Encoded by the transaction that asked.
    const request = decode(data) as Omit<CallRequested, 'type'>;
    const { callId } = request;
    const { node } = partsOf(record.address);
    const caller = node === CLOUD ? record.role.body.role : node;
    const call: UnderWay = { record, handle: undefined };
    this.#underWay.set(id, call);
    call.handle = this.#parts.caller.call({ actor: record.address, caller }, request, (outcome) => {
      if (this.#parts.over || this.#underWay.get(id) !== call) return;
      this.#underWay.delete(id);
      const event = { type: 'call.returned', callId, outcome };
      this.#deliver(record, { kind: 'event', event, outboxId: id });
    });
  }

  /** The host goes, or one actor of it; whoever takes it up again asks anew. */
  abandon(record?: ActorRecord): void {
    for (const [id, call] of this.#underWay) {
      if (record !== undefined && call.record !== record) continue;
      this.#underWay.delete(id);
      call.handle?.cancel();
    }
  }
}

interface UnderWay {
  readonly record: ActorRecord;
  handle: ReturnType<ToolCaller['call']> | undefined;
}
