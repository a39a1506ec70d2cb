/** The body of a node: its tools and what it publishes. What it tells comes from the node itself. */
import type { SnapshotFrom } from 'xstate';
import { edgeNodeMachine } from '#machines/edge-node.ts';
import type { Outcome } from '#protocols/errors.ts';
import { edgeNodeEvents } from '#protocols/events/edge-node.ts';
import type { ToolInput, ToolOutput } from '#protocols/tool.ts';
import * as tools from '#protocols/tools/edge-node.ts';
import { type Body, handle, pending } from './body.ts';

type Snapshot = SnapshotFrom<typeof edgeNodeMachine>;

/** What the process that runs the node knows about it. */
export interface NodeFacts {
  describe(): ToolOutput<typeof tools.describe>;
  health(): Omit<ToolOutput<typeof tools.getHealth>, 'reachesCloud' | 'lastSpectrum'>;
  capture(
    input: ToolInput<typeof tools.fetchCapture>,
  ): Outcome<ToolOutput<typeof tools.fetchCapture>>;
  replay(
    input: ToolInput<typeof tools.replayCapture>,
  ): Outcome<ToolOutput<typeof tools.replayCapture>>;
}

export function edgeNodeBody(facts: NodeFacts): Body {
  return {
    role: 'edge-node',
    machine: edgeNodeMachine,
    publishes: edgeNodeEvents,
    hears: [],
    mailbox: { capacity: 256, overflow: 'drop-oldest' },
    tools: [
      handle({ tool: tools.describe, reply: () => ({ ok: true, value: facts.describe() }) }),
      handle<typeof tools.getHealth, Snapshot>({
        tool: tools.getHealth,
        reply: ({ value, context }) => ({
          ok: true,
          value: {
            ...facts.health(),
            reachesCloud: value.link === 'attached',
            lastSpectrum: context.lastLook,
          },
        }),
      }),
      handle<typeof tools.fetchCapture, Snapshot>({
        tool: tools.fetchCapture,
        event: ({ callId, arguments: { radio, fromMs, toMs } }) =>
          fromMs === undefined || toMs === undefined
            ? { type: 'capture.shown' }
            : { type: 'capture.requested', callId, radio, fromMs, toMs },
        reply: (_, { arguments: input }) =>
          input.fromMs === undefined ? facts.capture(input) : pending,
      }),
      handle({
        tool: tools.replayCapture,
        reply: (_, { arguments: input }) => facts.replay(input),
      }),
      handle<typeof tools.configure, Snapshot>({
        tool: tools.configure,
        event: ({ arguments: settings }) => ({ type: 'settings.requested', ...settings }),
        reply: ({ context: { spectrumPeriodMs, sweeps, bins } }) => ({
          ok: true,
          value: { spectrumPeriodMs, sweeps, bins },
        }),
      }),
    ],
  };
}
