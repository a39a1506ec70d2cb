import type { Command } from '../command.ts';

/** A command that is loaded only when it is called, so that each starts quickly. */
export interface LazyCommand {
  readonly name: string;
  load(): Promise<Command>;
}

export const commands: readonly LazyCommand[] = [
  { name: 'sim', load: async () => (await import('./sim.ts')).sim },
  { name: 'tools', load: async () => (await import('./tools.ts')).tools },
  { name: 'ledger', load: async () => (await import('./ledger.ts')).ledger },
  { name: 'audit', load: async () => (await import('./audit.ts')).audit },
  { name: 'bench', load: async () => (await import('./bench.ts')).bench },
  { name: 'docs', load: async () => (await import('./docs.ts')).docs },
];
