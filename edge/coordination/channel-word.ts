import type { Channel } from '#protocols/channels.ts';

/** A channel as one word of a record: band, centre and width, `5-5210-80`. */
export function channelWord({ band, centerMhz, widthMhz }: Channel): string {
  return `${band}-${centerMhz}-${widthMhz}`;
}
