/** From where on the noise of a frequency stands out; found by `airguard train noise`. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';

export const NoiseCard = z.object({
  /** A score above it is an alarm. */
  threshold: z.number().positive(),
  /** At most so many of the frequencies of normal scans. */
  falseAlarmRate: z.number().positive().max(1),
});
export type NoiseCard = z.infer<typeof NoiseCard>;

export const shippedNoiseCard = new URL('./models/noise.json', import.meta.url);

/** Throws an `InputError` that says what is wrong with the file. */
export function readNoiseCard(file: string | URL = shippedNoiseCard): NoiseCard {
  try {
    return NoiseCard.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(
      `card of the noise: expected a file that \`airguard train noise\` wrote: ${message.split('\n')[0]}`,
    );
  }
}
