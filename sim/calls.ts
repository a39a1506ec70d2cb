/** Counts the calls of a run by the role that was called and by how they ended. */
import { parseAnswer } from '#agents/mcp/envelope.ts';
import type { Role } from '#protocols/roles.ts';
import { parseCallSubject } from '#protocols/subjects.ts';
import { toolsByRole } from '#protocols/tools/index.ts';
import { readDurableCall, readDurableEnd } from './durable-call.ts';
import type { BusListener } from './tapped-bus.ts';

export interface CallCount {
  ok: number;
  refused: number;
  failed: number;
}

const roleOfTool = new Map<string, Role>(
  Object.entries(toolsByRole).flatMap(([role, tools]) =>
    // The keys of that table are the roles.
    tools.map(({ name }) => [name, role as Role] as const),
  ),
);

export class CallTally {
  readonly byRole: Record<string, CallCount> = {};

  readonly listener: BusListener = {
    asked: (_client, subject) => {
      const call = parseCallSubject(subject);
      return (answer) => {
        const role = call && roleOfTool.get(call.tool);
        if (role === undefined) return;
        if (!answer.ok) this.#count(role, 'failed');
        else {
          const { kind } = parseAnswer(answer.value);
          this.#count(role, kind === 'refusal' ? 'refused' : 'ok');
        }
      };
    },
    appended: (_client, subject, _id, data) => {
      const call = readDurableCall(subject, data);
      const role = call && roleOfTool.get(call.tool);
      if (call !== undefined && role !== undefined) this.#sent.set(call.key, role);
      const end = readDurableEnd(subject, data);
      const asked = end && this.#sent.get(end.key);
      if (end === undefined || asked === undefined) return;
      this.#sent.delete(end.key);
      this.#count(asked, end.isRefused ? 'refused' : 'ok');
    },
  };

  /** Durable calls under way, by key. */
  readonly #sent = new Map<string, Role>();

  #count(role: Role, end: keyof CallCount): void {
    let count = this.byRole[role];
    if (count === undefined) {
      count = { ok: 0, refused: 0, failed: 0 };
      this.byRole[role] = count;
    }
    count[end] += 1;
  }
}
