/**
 * What is kept of a chart's snapshot. The live one also holds its machine, its state nodes and its
 * ports; those come from the machine and the intents when it is restored.
 */
export interface ChartState {
  readonly status: string;
  readonly value: unknown;
  readonly context: unknown;
  readonly historyValue: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly output?: unknown;
}

/** Takes a live snapshot of XState's, or a `ChartState` that was read back. */
export function chartState(snapshot: unknown): ChartState {
  // The store's contract: a snapshot has at least the parts of a ChartState.
  const { status, value, context, historyValue, output } = snapshot as ChartState;
  const history: Record<string, { id: string }[]> = {};
  for (const [key, nodes] of Object.entries(historyValue)) {
    history[key] = nodes.map(({ id }) => ({ id }));
  }
  const kept = { status, value, context, historyValue: history };
  return output === undefined ? kept : { ...kept, output };
}
