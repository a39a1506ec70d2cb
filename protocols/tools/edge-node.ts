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

const Count = z.number().int().min(0);

/** How the flight recorder of a node fares. */
export const RecorderHealth = z.strictObject({
  state: z.literal(['recording', 'stopped']),
  cause: z
    .strictObject({ code: z.string(), message: z.string(), sinceMs: EpochMs })
    .nullable()
    .describe('Why it does not record: the code of the system, such as ENOSPC, or `slow_disk`'),
  budgetBytes: Count,
  storedBytes: Count.describe('Bytes of all segments'),
  segments: Count,
  evictedSegments: Count.describe('Segments removed to keep the budget'),
  recordedBytes: Count.describe('Spectrum bytes that were written, before packing'),
  lostBytes: Count.describe('Spectrum bytes that came and were not written'),
  pendingBytes: Count.describe('Packed bytes that wait for the disk'),
  clockJumps: Count.describe('How often the wall clock was set, over all radios'),
});
export type RecorderHealth = z.infer<typeof RecorderHealth>;

export const getHealth = defineTool({
  name: 'node_get_health',
  description:
    'Tells how the node fares: backhaul, clock, actors that failed, refused calls by cause, recorder, stages of its ear.',
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
    recorder: RecorderHealth.nullable().describe('Null on a node that records nothing'),
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
    'Hands over spectrum bytes of one radio, raw, as the driver gave them: what the node last heard, in the answer; or, with fromMs and toMs, all that its recorder kept of that time, as an object of the store CAPTURES. Spectrum only, no frames.',
  effect: 'observe',
  input: z
    .strictObject({
      radio: z.string().describe('The radio, such as `radio-0`'),
      sweeps: z
        .number()
        .int()
        .min(1)
        .max(4096)
        .default(256)
        .describe('How many at most, of what was last heard; nothing for a range of time'),
      fromMs: EpochMs.optional().describe('The beginning of the range, by the clock of the node'),
      toMs: EpochMs.optional().describe('Its end, which belongs to it'),
    })
    .refine(({ fromMs, toMs }) => (fromMs === undefined) === (toMs === undefined), {
      message: 'fromMs and toMs, both or neither',
    }),
  output: z.strictObject({
    sweeps: z.number().int().min(0),
    format: z.literal('ath-tlv'),
    base64: z.string().optional().describe('What was last heard'),
    payload: Payload.optional().describe('Where a range of time was stored; whole sweeps alone'),
    skippedBytes: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('Recorded bytes of the range that hold no whole sweep'),
  }),
  refusals: {
    no_capture:
      'Nothing was captured on this radio, or nothing of that time is left. Its node_describe says whether it can.',
    no_recorder: 'This node records nothing. Ask without fromMs and toMs.',
    quota_exceeded:
      'Captures of a node may not take more than its quota in 24 h. Ask for less, or later.',
    not_stored: 'The capture could not be stored at the hub. Try again once the node reaches it.',
    busy: 'Another range is being handed over. Ask again once that is done.',
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
