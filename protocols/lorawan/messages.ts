/**
 * What is said over LoRaWAN, version 1. The first byte of each message holds the version in its upper
 * three bits and the kind in its lower five.
 */
import {
  choice,
  exact,
  type FieldTable,
  flag,
  known,
  list,
  perhaps,
  type ValuesOf,
} from './fields.ts';

export const LORA_VERSION = 1;

/** Of the port field of LoRaWAN: all our messages, both ways. */
export const LORA_PORT = 10;

const alertKinds = [
  'radar',
  'interferer',
  'jammed',
  'hot',
  'disk_full',
  'cloud_lost',
  'legal_violation',
  'radio_gone',
  'clock_untrusted',
  'model_missing',
  'power_lost',
  'restarted',
  'ledger_broken',
  'gnss_lost',
  'moved',
] as const;

/** What an interferer looks like. */
const classes = [
  'none',
  'unknown',
  'wifi',
  'microwave',
  'bluetooth',
  'zigbee',
  'analogue_video',
  'fhss_phone',
  'radar',
  'jammer_narrow',
  'jammer_wide',
] as const;

const health = ['good', 'degraded', 'failing', 'down'] as const;
const widths = ['none', '20', '40', '80', '160', '320'] as const;

const record = exact(
  'Number of the record, counted by the node; the same on every way it takes, so that none counts twice',
  { bits: 24 },
);
const at = exact('When, seconds since 1970', { bits: 32, unit: 's' });
/** Enough for 18 hours; the receiver knows the rest. */
const at16 = exact('When, seconds since 1970, the lower 16 bits', { bits: 16, unit: 's' });
const centerMhz = perhaps('Centre of the block it fills', { bits: 13, unit: 'MHz' });
const width = choice('Width of that block in MHz', 3, widths);
const temperatureC = perhaps('Hottest sensor', { bits: 8, least: -60, unit: '°C' });
const latitude = perhaps('Where', { bits: 24, least: -90, step: 180 / 16_777_216, unit: '°' });
const longitude = perhaps('Where', { bits: 24, least: -180, step: 360 / 16_777_216, unit: '°' });
const radio = perhaps('Which radio, counted from 0', { bits: 4 });
const severity = choice('How bad', 2, ['notice', 'warning', 'critical', 'emergency']);
const kind = choice('What happened', 5, alertKinds);
const ended = flag('It is over');
/** A share, to the hundredth. */
const hundredths = { bits: 7, step: 0.01 } as const;

const heartbeat = {
  record,
  at,
  aloneMin: known('How long the cloud has been out of reach', { bits: 14, unit: 'min' }),
  temperatureC,
  diskFree: perhaps('Free on its disk', hundredths),
  cpu: perhaps('CPU in use', { bits: 5, step: 1 / 30 }),
  memory: perhaps('Memory in use', { bits: 5, step: 1 / 30 }),
  clockTrusted: flag('Its clock is trusted'),
  brokerUp: flag('Its own broker answers'),
  modelLoaded: flag('The detector has its model'),
  recording: flag('The recorder writes'),
  legal: flag('Every radio is within its limits'),
  alertsWaiting: known('Alerts not yet received', { bits: 6 }),
  configuration: exact('First 16 bits of the hash of its configuration', { bits: 16 }),
  ledgerLength: known('Entries of its ledger', { bits: 24 }),
  radios: list('One for each radio, in order', 3, {
    centerMhz,
    width,
    eirpDbm: perhaps('Power it sends with', { bits: 6, least: -20, unit: 'dBm' }),
    busy: perhaps('Share of the time its channel is busy', { bits: 5, step: 1 / 30 }),
    clients: known('Clients', { bits: 6 }),
    health: choice('How it fares', 2, health),
    silent: flag('It only listens'),
    jammed: flag('Somebody jams it'),
    interfered: flag('It hears an interferer'),
  }),
} satisfies FieldTable;

const heartbeatShort = {
  record,
  at16,
  aloneH: known('How long the cloud has been out of reach', { bits: 5, unit: 'h' }),
  temperatureC: perhaps('Hottest sensor', { bits: 6, least: -20, step: 2, unit: '°C' }),
  diskFree: perhaps('Free on its disk', { bits: 4, step: 1 / 14 }),
  alertsWaiting: known('Alerts not yet received', { bits: 5 }),
  legal: flag('Every radio is within its limits'),
  health: choice('Of the worst radio', 2, health),
  radios: known('Radios', { bits: 3 }),
  silent: known('Radios that only listen', { bits: 3 }),
  jammed: known('Radios that somebody jams', { bits: 3 }),
  busy: perhaps('Busiest channel', { bits: 3, step: 1 / 6 }),
  clients: known('Clients of all radios', { bits: 5, step: 4 }),
} satisfies FieldTable;

const state = {
  record,
  at,
  bootCount: known('How often it has started', { bits: 10 }),
  upH: known('How long it has been up', { bits: 13, unit: 'h' }),
  temperatureC,
  diskFree: perhaps('Free on its disk', hundredths),
  cpu: perhaps('CPU in use', hundredths),
  memory: perhaps('Memory in use', hundredths),
  queued: known('Records that wait for the cloud, in tens', { bits: 14, step: 10 }),
  latitude,
  longitude,
  radios: list('One for each radio, in order', 3, {
    centerMhz,
    primaryOffset: perhaps('Primary 20 MHz of the block, counted from its lower end', { bits: 5 }),
    width,
    eirpDbm: perhaps('Power it sends with', { bits: 7, least: -20, step: 0.5, unit: 'dBm' }),
    busy: perhaps('Share of the time its channel is busy', hundredths),
    tx: perhaps('Share of the time it sends', hundredths),
    noiseDbm: perhaps('Noise floor', { bits: 7, least: -127, unit: 'dBm' }),
    clients: known('Clients', { bits: 8 }),
    mbps: perhaps('What it carries', { bits: 12, unit: 'Mb/s' }),
    health: choice('How it fares', 2, health),
    silent: flag('It only listens'),
    pinned: flag('Its channel is pinned'),
    jammed: flag('Somebody jams it'),
    interferer: choice('Strongest interferer', 4, classes),
    interfererDuty: perhaps('Share of the time it is there', { bits: 5, step: 1 / 30 }),
    interfererDbm: perhaps('Its peak', { bits: 6, least: -124, step: 2, unit: 'dBm' }),
    anomaly: perhaps('Score of the detector', { bits: 5, step: 1 / 30 }),
    radars: known('Radars heard in the last day', { bits: 4 }),
    closures: known('Channels closed for radar', { bits: 4 }),
    temperatureC: perhaps('Its own sensor', { bits: 7, least: -20, unit: '°C' }),
  }),
} satisfies FieldTable;

const alert = {
  record,
  at,
  kind,
  severity,
  ended,
  radio,
  centerMhz,
  width,
  lowMhz: perhaps('Where it begins', { bits: 13, unit: 'MHz' }),
  highMhz: perhaps('Where it ends', { bits: 13, unit: 'MHz' }),
  peakDbm: perhaps('How strong it is', { bits: 8, least: -160, unit: 'dBm' }),
  noiseDbm: perhaps('Noise floor', { bits: 7, least: -127, unit: 'dBm' }),
  looksLike: choice('What it looks like', 4, classes),
  duty: perhaps('Share of the time it is there', hundredths),
  confidence: perhaps('How sure the node is', hundredths),
  count: known('How often since it was last told', { bits: 10 }),
  temperatureC,
  diskFree: perhaps('Free on its disk', hundredths),
  rule: perhaps('Which rule was broken, by its place in the list of rules', { bits: 6 }),
  silent: flag('The radio has fallen silent'),
  latitude,
  longitude,
} satisfies FieldTable;

/** Eleven bytes, all that the slowest rate of the 915 MHz bands carries. */
const alertShort = {
  record,
  at16,
  kind,
  severity,
  ended,
  radio,
  centerMhz,
  width,
  peakDbm: perhaps('How strong it is', { bits: 6, least: -124, step: 2, unit: 'dBm' }),
  confidence: perhaps('How sure the node is', { bits: 6, step: 1 / 62 }),
} satisfies FieldTable;

const acknowledgement = {
  record,
  configuration: exact('First 24 bits of the hash of the configuration it answers', { bits: 24 }),
  outcome: choice('What became of it', 3, [
    'applied',
    'unchanged',
    'refused',
    'failed',
    'reverted',
  ]),
  reason: perhaps('A number for the reason', { bits: 5 }),
} satisfies FieldTable;

const receipt = { record } satisfies FieldTable;

const heartbeatRequest = {
  nonce: exact('Makes two wishes differ', { bits: 8 }),
} satisfies FieldTable;

/** All messages: their number on the air, the most they may take, and which way they go. */
export const messages = {
  heartbeat: { number: 1, maxBytes: 64, way: 'up', fields: heartbeat },
  state: { number: 2, maxBytes: 128, way: 'up', fields: state },
  alert: { number: 3, maxBytes: 32, way: 'up', fields: alert },
  acknowledgement: { number: 4, maxBytes: 8, way: 'up', fields: acknowledgement },
  alert_short: { number: 5, maxBytes: 11, way: 'up', fields: alertShort },
  heartbeat_short: { number: 6, maxBytes: 11, way: 'up', fields: heartbeatShort },
  receipt: { number: 16, maxBytes: 8, way: 'down', fields: receipt },
  heartbeat_request: { number: 17, maxBytes: 8, way: 'down', fields: heartbeatRequest },
} as const satisfies Readonly<
  Record<string, { number: number; maxBytes: number; way: 'up' | 'down'; fields: FieldTable }>
>;

/** Pieces of a message are numbered among the messages; see fragments.ts. */
export const FRAGMENT_NUMBER = 7;

export type LoraMessageName = keyof typeof messages;

export type LoraMessage = {
  readonly [Name in LoraMessageName]: { readonly is: Name } & ValuesOf<
    (typeof messages)[Name]['fields']
  >;
}[LoraMessageName];

export type LoraAlert = Extract<LoraMessage, { is: 'alert' }>;
export type LoraHeartbeat = Extract<LoraMessage, { is: 'heartbeat' }>;
export type LoraState = Extract<LoraMessage, { is: 'state' }>;
