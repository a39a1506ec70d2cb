/** Runs a scenario as `airguard sim` does, and says what held in it. */
import assert from 'node:assert/strict';
import { runScenario, type SimDocument, type SimSettings } from '#cli/sim/run.ts';
import { loadScenario } from '#sim/scenario-files.ts';

export async function run(
  scenario: string,
  seed: number,
  changed: Partial<SimSettings> = {},
): Promise<SimDocument> {
  const loaded = changed.loaded ?? loadScenario(scenario);
  const { document } = await runScenario({
    scenario,
    seed,
    durationUs: loaded.duration,
    isOwnDuration: changed.durationUs === undefined,
    strategy: undefined,
    fidelity: 'fluid',
    nodes: undefined,
    radios: undefined,
    passivateAfterMs: null,
    traceFile: undefined,
    ...changed,
    loaded,
  });
  return document;
}

/** No checker found anything; else the message is the command that shows it again. */
export function assertHeld({ checkers, repeat }: SimDocument): void {
  const broken = checkers.filter((checker) => checker.broken > 0);
  const found = broken.map(({ name, first }) => `${name}: ${first?.what}`);
  assert.deepEqual(found, [], `${repeat} breaks ${found.join('; ')}`);
}

/** Every checker had something to hold; over several runs, in at least one of them. */
export function assertAllCounted(documents: readonly SimDocument[]): void {
  const counts = new Map<string, number>();
  for (const { name, checked } of documents.flatMap(({ checkers }) => checkers)) {
    counts.set(name, (counts.get(name) ?? 0) + checked);
  }
  const idle = [...counts].filter(([, count]) => count === 0).map(([name]) => name);
  const runs = documents.map(({ repeat }) => repeat).join(', ');
  assert.deepEqual(idle, [], `nothing to hold for ${idle.join(', ')} in ${runs}`);
}
