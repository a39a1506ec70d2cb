/** The body of the twin: its tools. What reckons is put in from where the air stands. */
import type { SnapshotFrom } from 'xstate';
import type { PortFailure } from '#machines/port.ts';
import { type TwinQuestion, twinMachine } from '#machines/twin.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { Tool } from '#protocols/tool.ts';
import * as tools from '#protocols/tools/twin.ts';
import { type Body, type Call, handle, type PortWork, pending, type ToolHandler } from './body.ts';

type Snapshot = SnapshotFrom<typeof twinMachine>;

export type TwinAnswer = Outcome<unknown, PortFailure>;

export const twinBody: Body = {
  role: 'twin',
  machine: twinMachine,
  publishes: [],
  hears: [],
  mailbox: { capacity: 256, overflow: 'drop-newest' },
  tools: [asked(tools.evaluate), asked(tools.scoreDecision)],
};

/** What fills the twin's port: nothing else of it is ever under way at the same time. */
export interface TwinParts {
  readonly reckon: PortWork<TwinQuestion>;
}

function asked<T extends Tool>(tool: T): ToolHandler<T, Snapshot> {
  return handle<T, Snapshot>({
    tool,
    event: ({ callId, arguments: input }: Call<unknown>) => ({
      type: 'question.asked',
      question: { callId, tool: tool.name, arguments: input },
    }),
    reply: ({ context }, { callId }) =>
      context.waiting.some((one) => one.callId === callId)
        ? pending
        : { ok: false, error: { code: 'busy', hint: tools.evaluate.refusals.busy } },
  });
}
