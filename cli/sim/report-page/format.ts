/** Figures and names as the page writes them. */
import { channelNumber, parseChannelKey, span } from '#protocols/channels.ts';
import type { RadioData } from './report-data.ts';

export function mbpsText(value: number | null): string {
  if (value === null) return '–';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function percentText(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(0)} %`;
}

/** `0:12:34`. */
export function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** The number of the primary, or a dash where nothing is sent. */
export function channelText(key: string | null): string {
  const channel = key === null ? undefined : parseChannelKey(key);
  return channel === undefined ? '–' : String(channelNumber(channel));
}

/** `36, 40 MHz (5170–5210)`. */
export function blockText(key: string | null): string {
  const channel = key === null ? undefined : parseChannelKey(key);
  if (channel === undefined) return 'silent';
  const { lowMhz, highMhz } = span(channel);
  return `${channelNumber(channel)}, ${channel.widthMhz} MHz (${lowMhz}–${highMhz})`;
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

/** From one channel to another; a radio that only began or ceased to send has not moved. */
export function hasMoved({ before, after }: RadioData): boolean {
  const [from, to] = [before?.channel ?? null, after?.channel ?? null];
  return from !== null && to !== null && from !== to;
}

/** What a client gets of what it asks. */
export function servedOf(mbps: number | null, offeredMbps: number): number | null {
  return mbps === null ? null : offeredMbps === 0 ? 1 : Math.min(1, mbps / offeredMbps);
}
