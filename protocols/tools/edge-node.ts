import * as z from 'zod';
import { Finding } from '../events/radio.ts';
import { defineTool } from '../tool.ts';
import { EpochMs, Ms, Sha256 } from '../units.ts';

export const describe = defineTool({
  name: 'node_describe',
  description: 'Tells what the node is: its radios, their drivers and what each can do.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    site: z.string(),
    node: z.string(),
    bootId: z.string(),
    radios: z.array(
      z.strictObject({
        actor: z.string(),
        driver: z.string(),
        spectral: z.boolean(),
        pulses: z.boolean(),
        bands: z.array(z.string()),
        maxWidthMhz: z.number(),
        maxEirpDbm: z.number(),
      }),
    ),
  }),
});

export const getHealth = defineTool({
  name: 'node_get_health',
  description:
    'Tells how the node fares: backhaul, clock, actors that failed, refused calls by cause, and each stage of its ear.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    reachesCloud: z.boolean(),
    clockTrusted: z.boolean(),
    upMs: Ms,
    actors: z.array(
      z.strictObject({
        actor: z.string(),
        status: z.string().describe('`awake`, `resting`, `restarting`, `failed` or `ended`'),
        restarts: z.number().int().min(0),
        lastError: z.string().optional(),
      }),
    ),
    refused: z.record(z.string(), z.number().int()),
    deadLetters: z.number().int(),
    stages: z
      .array(
        z.strictObject({
          stage: z.string().describe('`listening/radio-0`, `recorder`, `vectors` and so on'),
          state: z.literal(['running', 'degraded', 'off']),
          why: z.string().optional(),
        }),
      )
      .describe('What the node does with the spectrum it listens to without end'),
    lastSpectrum: z
      .strictObject({ atMs: EpochMs, sweeps: z.number().int(), skippedBytes: z.number().int() })
      .nullable(),
  }),
});

/** Bytes too large for a message: where they are, and what they must hash to. */
export const Payload = z.strictObject({
  uri: z.string(),
  sha256: Sha256,
  bytes: z.number().int().min(0),
});
export type Payload = z.infer<typeof Payload>;

export const fetchCapture = defineTool({
  name: 'node_fetch_capture',
  description:
    'Hands over the spectrum bytes the node last heard on one radio, raw, as the driver gave them.',
  effect: 'observe',
  input: z.strictObject({
    radio: z.string().describe('The radio, such as `radio-0`'),
    sweeps: z.number().int().min(1).max(4096).default(256).describe('How many at most'),
  }),
  output: z.strictObject({
    sweeps: z.number().int().min(0),
    format: z.literal('ath-tlv'),
    base64: z.string(),
  }),
  refusals: {
    no_capture: 'Nothing was captured on this radio. Its node_describe says whether it can.',
  },
});

export const replayCapture = defineTool({
  name: 'node_replay_capture',
  description: 'Runs the detector again over what the node last heard, and tells what it finds.',
  effect: 'observe',
  input: z.strictObject({ radio: z.string().describe('The radio, such as `radio-0`') }),
  output: z.strictObject({
    sweeps: z.number().int().min(0),
    findings: z.array(Finding),
  }),
  refusals: {
    no_capture: 'Nothing was captured on this radio. Its node_describe says whether it can.',
  },
});

export const configure = defineTool({
  name: 'node_configure',
  description: 'Sets how often the node listens to the spectrum, and how much.',
  effect: 'administer',
  input: z.strictObject({
    spectrumPeriodMs: z.number().int().min(1_000).max(3_600_000).optional(),
    sweeps: z.number().int().min(1).max(4096).optional(),
    bins: z.literal([64, 128, 256, 512]).optional(),
  }),
  output: z.strictObject({
    spectrumPeriodMs: z.number().int(),
    sweeps: z.number().int(),
    bins: z.number().int(),
  }),
});

export const edgeNodeTools = [describe, getHealth, fetchCapture, replayCapture, configure] as const;
