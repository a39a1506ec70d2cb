import type { Channel } from '#protocols/channels.ts';
import type { RadioLegalState } from '#protocols/events/radio.ts';

/** A radio indoors in Germany on channel 36, with room to every side. */
export function radioState(changes: Partial<RadioLegalState> = {}): RadioLegalState {
  return {
    country: 'DE',
    indoor: true,
    antennaGainDbi: 3,
    channel: channelAt(5180, 20),
    eirpDbm: 12,
    silent: false,
    pinned: false,
    closures: [],
    bands: ['2.4', '5', '6'],
    maxWidthMhz: 160,
    minEirpDbm: 0,
    maxEirpDbm: 30,
    stateVersion: 7,
    ...changes,
  };
}

/** The channel of that block whose primary is the lowest. */
export function channelAt(centerMhz: number, widthMhz: Channel['widthMhz']): Channel {
  const band = centerMhz < 3000 ? '2.4' : centerMhz < 5900 ? '5' : '6';
  return { band, primaryMhz: centerMhz - widthMhz / 2 + 10, centerMhz, widthMhz };
}
