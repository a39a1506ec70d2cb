import * as z from 'zod';
import { RadarPattern } from '../air.ts';
import { Channel } from '../channels.ts';
import { defineEvent } from '../event.ts';
import { Dbm, Mbps, Mhz, Ms, Share } from '../units.ts';

/** Part of the spectrum that may not be used yet, since radar was heard there. */
export const Closure = z.strictObject({
  centerMhz: Mhz,
  widthMhz: z.number().positive(),
});
export type Closure = z.infer<typeof Closure>;

/** Channel access parameters of one access category, as an access point announces them. */
export const AccessParameters = z.strictObject({
  cwMin: z.number().int().min(0),
  cwMax: z.number().int().min(0),
  aifsn: z.number().int().min(1),
  /** Longest time it keeps the channel; 0 is one frame at a time. */
  txopMs: Ms,
});
export type AccessParameters = z.infer<typeof AccessParameters>;

/** A channel that was listened to while another was in use. */
export const OffChannelClearing = z.strictObject({
  centerMhz: Mhz,
  widthMhz: z.number().positive(),
  /** From the first of the short checks to the last. */
  listenedMs: Ms,
});
export type OffChannelClearing = z.infer<typeof OffChannelClearing>;

/** What the rules need to know of a radio. */
export const RadioLegalState = z.strictObject({
  /** ISO 3166-1 alpha-2, set on site. */
  country: z.string().regex(/^[A-Z0-9]{2}$/),
  indoor: z.boolean(),
  antennaGainDbi: z.number().nullable(),
  channel: Channel.nullable(),
  eirpDbm: Dbm,
  silent: z.boolean(),
  pinned: z.boolean(),
  closures: z.array(Closure),
  bands: z.array(z.string()),
  maxWidthMhz: z.number(),
  minEirpDbm: z.number(),
  maxEirpDbm: z.number(),
  /** Voice, video, best effort, background; left out where the kernel keeps them to the law. */
  edca: z.array(AccessParameters).length(4).optional(),
  offChannelCleared: z.array(OffChannelClearing).optional(),
  /** Grows by one with every change of the above. */
  stateVersion: z.number().int().min(0),
});
export type RadioLegalState = z.infer<typeof RadioLegalState>;

export const stateChanged = defineEvent({
  name: 'state.changed',
  role: 'radio',
  kind: 'event',
  description: 'The radio changed in a way that the rules look at.',
  data: RadioLegalState,
});

export const radarDetected = defineEvent({
  name: 'radar.detected',
  role: 'radio',
  kind: 'event',
  description: 'Radar was heard; the radio fell silent and leaves the channel.',
  data: z.strictObject({
    channel: Channel.nullable(),
    centerMhz: Mhz,
    widthMhz: z.number().positive(),
  }),
});

export const radarSuspected = defineEvent({
  name: 'radar.suspected',
  role: 'radio',
  kind: 'event',
  description:
    'Pulses that the chip reported fit a radar. Beside the chip’s own finding, and nothing moves for it.',
  data: z.strictObject({
    pattern: RadarPattern.describe('The test signal that fits most narrowly'),
    fits: z.array(RadarPattern),
    confidence: Share.describe('How well it fits; no probability'),
    centerMhz: Mhz,
    rssiDbm: z.number(),
    widthUs: z.number().min(0),
    intervalUs: z.number().positive(),
    heard: z.number().int().positive().describe('Pulses of it, or bursts of long ones'),
    due: z.number().int().positive(),
  }),
});

export const channelChanged = defineEvent({
  name: 'channel.changed',
  role: 'radio',
  kind: 'event',
  description: 'The radio now uses another channel.',
  data: z.strictObject({
    from: Channel.nullable(),
    to: Channel,
    silentMs: Ms,
    cause: z.literal(['start', 'call', 'radar', 'alone', 'back']),
    reason: z.string(),
  }),
});

/** Something that fills a part of the spectrum too much of the time to be somebody's frames. */
export const Finding = z.strictObject({
  /** `analogue video`, `a narrow carrier`, `wideband noise`, … */
  looksLike: z.string(),
  lowMhz: Mhz,
  highMhz: Mhz,
  duty: Share.describe('Share of the sweeps in which it was there'),
  peakDbm: z.number(),
  floorDbm: z.number(),
});
export type Finding = z.infer<typeof Finding>;

export const interfererDetected = defineEvent({
  name: 'interferer.detected',
  role: 'radio',
  kind: 'event',
  description: 'Something that is not Wi-Fi fills a part of the channel.',
  data: Finding.extend({ sweeps: z.number().int().positive() }),
});

export const interfererGone = defineEvent({
  name: 'interferer.gone',
  role: 'radio',
  kind: 'event',
  description: 'What filled a part of the channel is no longer heard there.',
  data: z.strictObject({ lowMhz: Mhz, highMhz: Mhz }),
});

export const surveyMeasured = defineEvent({
  name: 'survey.measured',
  role: 'radio',
  kind: 'metric',
  description: 'How busy the channel was, and how the clients fared, since the last report.',
  data: z.strictObject({
    channel: Channel,
    windowMs: Ms,
    busy: Share,
    tx: Share,
    noiseDbm: z.number(),
    clients: z.array(
      z.strictObject({
        id: z.string(),
        rssiDbm: z.number(),
        offeredMbps: Mbps,
        throughputMbps: Mbps,
      }),
    ),
  }),
});

export const neighboursMeasured = defineEvent({
  name: 'neighbours.measured',
  role: 'radio',
  kind: 'metric',
  description: 'Which other radios were heard, and how loudly.',
  data: z.strictObject({
    neighbours: z.array(
      z.strictObject({
        id: z.string(),
        channel: Channel,
        rssiDbm: z.number(),
        load: Share.nullable(),
        managed: z.boolean(),
      }),
    ),
  }),
});

export const trialEnded = defineEvent({
  name: 'trial.ended',
  role: 'radio',
  kind: 'event',
  description: 'A change that had to be confirmed was, or the radio took it back.',
  data: z.strictObject({
    key: z.string().describe('The idempotency key of the call that made the change'),
    outcome: z.literal(['confirmed', 'went-back', 'stayed', 'overtaken']),
    reason: z.string(),
  }),
});

export const radioEvents = [
  stateChanged,
  radarDetected,
  radarSuspected,
  channelChanged,
  trialEnded,
  interfererDetected,
  interfererGone,
  surveyMeasured,
  neighboursMeasured,
] as const;
