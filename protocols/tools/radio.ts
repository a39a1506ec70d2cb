import * as z from 'zod';
import { Channel } from '../channels.ts';
import { Finding, neighboursMeasured, RadioLegalState } from '../events/radio.ts';
import { defineTool } from '../tool.ts';
import { Dbm, Ms, Share } from '../units.ts';

/** A change that the radio takes back by itself unless it is confirmed. */
const onTrial = {
  confirmWithinMs: z
    .number()
    .int()
    .min(1_000)
    .max(86_400_000)
    .optional()
    .describe(
      'The radio goes back to where it was unless radio_confirm_change comes within this time of its arrival, the node keeps its contact, and its clients fare no worse; left out, the change stays',
    ),
  mayLose: Share.optional().describe(
    'Share of their load that its clients may lose by the plan before it goes back for that; 0 when left out',
  ),
};

export const getState = defineTool({
  name: 'radio_get_state',
  description:
    'Tells what the radio does now: channel, power, whether it keeps silence, where it may not go because of radar, and how busy its channel is.',
  effect: 'observe',
  input: z.strictObject({}),
  output: z.strictObject({
    doing: z.string().describe('The state of its chart, such as `serving` or `clearing`'),
    legal: RadioLegalState,
    utilisation: Share.describe('Share of the last second in which the channel was busy'),
    stations: z.number().int().min(0),
    carriedMbps: z.number().min(0),
    alone: z.boolean().describe('True while the node does not reach the cloud'),
    unconfirmed: z
      .string()
      .nullable()
      .describe('The key of a change that it takes back unless that is confirmed'),
  }),
});

export const listNeighbours = defineTool({
  name: 'radio_list_neighbours',
  description: 'Lists the radios this one heard last, ours and foreign, with their levels in dBm.',
  effect: 'observe',
  input: z.strictObject({}),
  output: neighboursMeasured.data,
});

export const scanSpectrum = defineTool({
  name: 'radio_scan_spectrum',
  description:
    'Takes spectrum sweeps on the current channel and tells what they hold, per bin and channel. The radio only listens for it.',
  effect: 'actuate',
  input: z.strictObject({
    bins: z.literal([64, 128, 256, 512]).default(128).describe('FFT bins a sweep'),
    sweeps: z.number().int().min(1).max(4096).default(64).describe('How many sweeps'),
  }),
  output: z.strictObject({
    sweeps: z.number().int().min(0),
    bytes: z.number().int().min(0),
    findings: z.array(Finding),
  }),
  refusals: {
    no_spectrum: 'This radio has no spectral scan. Choose one whose node_describe says spectral.',
    busy: 'The radio is moving. Call again when it serves.',
  },
});

export const setChannel = defineTool({
  name: 'radio_set_channel',
  description: 'Moves the radio to another channel, after any silence the rules ask for there.',
  effect: 'actuate',
  input: Channel.extend(onTrial),
  output: z.strictObject({
    silentMs: Ms.describe('How long the radio kept silent first; 0 outside radar bands'),
  }),
  refusals: {
    radar_present: 'Radar was heard on this channel. Choose another; it is closed for 30 minutes.',
    busy: 'The radio is on its way to another channel. Call again when it serves.',
    driver_failed: 'The driver did not take the channel. See node_get_health.',
    pinned: 'The radio is pinned to its channel. An operator can lift that with radio_pin.',
  },
});

export const setPower = defineTool({
  name: 'radio_set_power',
  description: 'Sets the transmit power, as EIRP in dBm over all chains.',
  effect: 'actuate',
  input: z.strictObject({
    eirpDbm: Dbm.describe('Equivalent isotropically radiated power'),
    ...onTrial,
  }),
  output: z.strictObject({ eirpDbm: Dbm.describe('What the radio reads back') }),
  refusals: {
    busy: 'The radio is on its way to another channel. Call again when it serves.',
    driver_failed: 'The driver did not take the power. See node_get_health.',
  },
});

export const confirmChange = defineTool({
  name: 'radio_confirm_change',
  description:
    'Confirms a change that was made with confirmWithinMs, so that the radio keeps it. May be said again.',
  effect: 'propose',
  input: z.strictObject({
    key: z
      .string()
      .min(1)
      .max(128)
      .describe('The idempotency key of the call that made the change'),
  }),
  output: z.strictObject({ confirmed: z.literal(true) }),
  refusals: {
    nothing_to_confirm:
      'No change of that key waits for it: the radio went back, has moved since, or is not there yet. See radio_get_state.',
  },
});

export const pin = defineTool({
  name: 'radio_pin',
  description: 'Pins the radio to its channel, or lifts the pin. Radar still moves a pinned radio.',
  effect: 'administer',
  input: z.strictObject({ pinned: z.boolean(), reason: z.string().min(1).max(200) }),
  output: z.strictObject({ pinned: z.boolean() }),
});

export const radioTools = [
  getState,
  listNeighbours,
  scanSpectrum,
  setChannel,
  setPower,
  confirmChange,
  pin,
] as const;
