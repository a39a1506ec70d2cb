/** What radios told a coordinator, written into its memory as its notes do. */
import type { Memory } from '#agents/body.ts';
import * as picture from '#cloud/coordinator/picture.ts';
import type { Channel } from '#protocols/channels.ts';
import type { EventData } from '#protocols/event.ts';
import type { neighboursMeasured, surveyMeasured } from '#protocols/events/radio.ts';

export const channel36: Channel = { band: '5', primaryMhz: 5180, centerMhz: 5180, widthMhz: 20 };
export const channel52: Channel = { band: '5', primaryMhz: 5260, centerMhz: 5260, widthMhz: 20 };
export const channel1: Channel = { band: '2.4', primaryMhz: 2412, centerMhz: 2412, widthMhz: 20 };

export interface Told {
  readonly radio: string;
  readonly channel: Channel;
  readonly busy?: number;
  readonly eirpDbm?: number;
  readonly clients?: EventData<typeof surveyMeasured>['clients'];
  readonly neighbours?: EventData<typeof neighboursMeasured>['neighbours'];
}

export function emptyMemory(): Memory {
  const table = new Map<string, unknown>();
  return {
    get: (key) => table.get(key),
    set: (key, value) => void table.set(key, value),
    delete: (key) => void table.delete(key),
    entries: (prefix) => [...table].filter(([key]) => key.startsWith(prefix)),
  };
}

export function pictureOf(
  told: readonly Told[],
  nowMs: number,
  memory = emptyMemory(),
): picture.Picture {
  for (const { radio, channel, busy = 0.3, eirpDbm = 20, clients = [], neighbours = [] } of told) {
    const state = {
      country: 'DE',
      indoor: true,
      antennaGainDbi: 3,
      channel,
      eirpDbm,
      silent: false,
      pinned: false,
      closures: [],
      bands: [channel.band],
      maxWidthMhz: 20,
      minEirpDbm: 5,
      maxEirpDbm: 23,
      stateVersion: 1,
    };
    picture.noteState(memory, radio, state, nowMs - 20_000);
    const survey = { channel, windowMs: 10_000, busy, tx: 0.2, noiseDbm: -94, clients };
    picture.noteSurvey(memory, radio, survey, nowMs - 1_000);
    picture.noteNeighbours(memory, radio, neighbours);
  }
  return new picture.Picture(memory, nowMs);
}
