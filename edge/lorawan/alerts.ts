/** What a node tells of as alerts, with what it knows and no more. */
import type { Channel } from '#protocols/channels.ts';
import type { Finding } from '#protocols/events/radio.ts';
import type { LoraAlert } from '#protocols/lorawan/messages.ts';
import type { AlertParts } from './fallback.ts';

type Severity = LoraAlert['severity'];

/** An alert of which only `known` is known. */
export function alertOf(
  kind: LoraAlert['kind'],
  severity: Severity,
  known: Partial<AlertParts> = {},
): AlertParts {
  return {
    kind,
    severity,
    ended: false,
    radio: null,
    centerMhz: null,
    width: 'none',
    lowMhz: null,
    highMhz: null,
    peakDbm: null,
    noiseDbm: null,
    looksLike: 'none',
    duty: null,
    confidence: null,
    count: 1,
    temperatureC: null,
    diskFree: null,
    rule: null,
    silent: false,
    latitude: null,
    longitude: null,
    ...known,
  };
}

export function channelPart(channel: Channel | null): Pick<AlertParts, 'centerMhz' | 'width'> {
  if (channel === null) return { centerMhz: null, width: 'none' };
  return { centerMhz: channel.centerMhz, width: `${channel.widthMhz}` };
}

/** Radar on a channel of a radio, counted from 0; the radio has fallen silent. */
export function radarAlert(
  radio: number,
  channel: Channel | null,
  heard: { readonly centerMhz: number; readonly widthMhz: number },
): AlertParts {
  return alertOf('radar', 'critical', {
    radio,
    ...channelPart(channel),
    lowMhz: Math.floor(heard.centerMhz - heard.widthMhz / 2),
    highMhz: Math.ceil(heard.centerMhz + heard.widthMhz / 2),
    looksLike: 'radar',
    silent: true,
  });
}

/** Words in the name of a finding, and the class that a message names for it. */
const words: readonly (readonly [word: string, looksLike: LoraAlert['looksLike']])[] = [
  ['wi-fi', 'wifi'],
  ['microwave', 'microwave'],
  ['bluetooth', 'bluetooth'],
  ['zigbee', 'zigbee'],
  ['analogue video', 'analogue_video'],
  ['fhss', 'fhss_phone'],
  ['radar', 'radar'],
  ['narrow', 'jammer_narrow'],
  ['wide', 'jammer_wide'],
];

/** The class that the name of a finding stands for. */
export function looksLikeOf(name: string): LoraAlert['looksLike'] {
  const lower = name.toLowerCase();
  return words.find(([word]) => lower.includes(word))?.[1] ?? 'unknown';
}

export function interfererAlert(
  radio: number,
  channel: Channel | null,
  finding: Finding,
  { ended = false } = {},
): AlertParts {
  const looksLike = looksLikeOf(finding.looksLike);
  const isJammer = looksLike.startsWith('jammer');
  return alertOf(isJammer ? 'jammed' : 'interferer', isJammer ? 'critical' : 'warning', {
    ended,
    radio,
    ...channelPart(channel),
    lowMhz: Math.floor(finding.lowMhz),
    highMhz: Math.ceil(finding.highMhz),
    peakDbm: finding.peakDbm,
    noiseDbm: finding.floorDbm,
    looksLike,
    duty: finding.duty,
  });
}
