import type { LazyCommand } from '../command.ts';

export const commands: readonly LazyCommand[] = [
  { name: 'sim', load: async () => (await import('./sim.ts')).sim },
  { name: 'up', load: async () => (await import('./up.ts')).up },
  { name: 'air', load: async () => (await import('./air.ts')).air },
  { name: 'edge', load: async () => (await import('./edge.ts')).edge },
  { name: 'doctor', load: async () => (await import('./doctor.ts')).doctor },
  { name: 'recorder', load: async () => (await import('./recorder.ts')).recorder },
  { name: 'hub', load: async () => (await import('./hub.ts')).hub },
  { name: 'lorawan', load: async () => (await import('./lorawan.ts')).lorawan },
  { name: 'keys', load: async () => (await import('./keys.ts')).keys },
  { name: 'cloud', load: async () => (await import('./cloud.ts')).cloud },
  { name: 'spectrum', load: async () => (await import('./spectrum.ts')).spectrum },
  { name: 'tools', load: async () => (await import('./tools.ts')).tools },
  { name: 'telemetry', load: async () => (await import('./telemetry.ts')).telemetry },
  { name: 'ledger', load: async () => (await import('./ledger.ts')).ledger },
  { name: 'audit', load: async () => (await import('./audit.ts')).audit },
  { name: 'inspect', load: async () => (await import('./inspect.ts')).inspect },
  { name: 'assign', load: async () => (await import('./assign.ts')).assign },
  { name: 'bench', load: async () => (await import('./bench.ts')).bench },
  { name: 'train', load: async () => (await import('./train.ts')).train },
  { name: 'docs', load: async () => (await import('./docs.ts')).docsOf(commands) },
];
