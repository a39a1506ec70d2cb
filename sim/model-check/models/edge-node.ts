/** A node with two radios, one or none of which hears spectra, and whoever asks it for what it recorded. */
import { type EdgeNodeContext, type EdgeNodeInput, edgeNodeMachine } from '#machines/edge-node.ts';
import { type ChartModel, nobody } from '../chart-model.ts';

const input: EdgeNodeInput = {
  radios: ['hq/ap1/radio-0', 'hq/ap1/radio-1'],
  spectral: ['hq/ap1/radio-0'],
  spectrumPeriodMs: 10_000,
  sweeps: 64,
  bins: 128,
};

const asked = { callId: 'call-1', radio: 'radio-0', fromMs: 0, toMs: 1_000 };
const look = { radio: 'radio-0', sweeps: 64, skippedBytes: 0, findings: [] };

export const edgeNodeModel: ChartModel<null> = {
  role: 'edge-node',
  machine: edgeNodeMachine,
  inputs: [input, { ...input, spectral: [] }],
  heard: () => [
    { type: 'link.lost' },
    { type: 'link.restored', aloneMs: 1_000 },
    { type: 'capture.requested', ...asked },
    { type: 'settings.requested', sweeps: 128 },
  ],
  ends: ({ name }) => [outputs[name]!, { error: 'it failed' }],
  matters: (context) => {
    const { asked: wanted, sweeps } = context as EdgeNodeContext;
    return { wanted: wanted !== null, sweeps };
  },
  asked: () => null,
  isAtWork: (snapshot) =>
    snapshot.matches({ link: 'attached', recording: 'kept', presence: 'quiet' }) &&
    (snapshot.matches({ spectrum: 'resting' }) || snapshot.matches({ spectrum: 'deaf' })),
  watcher: nobody,
};

const outputs: Readonly<Record<string, { readonly output: unknown }>> = {
  look: { output: { atMs: 0, looks: [look] } },
  pulse: { output: {} },
  handOver: { output: { outcome: { ok: true, value: {} }, handed: [] } },
};
