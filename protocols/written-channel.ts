/** A channel as people write it in a file; the numbers are those of IEEE 802.11-2020, table E-4. */
import * as z from 'zod';
import { Band, type Channel, channelFromNumber, WidthMhz } from './channels.ts';

export const WrittenChannel = z
  .strictObject({
    band: Band.optional().describe('The lowest band that has the number when left out'),
    number: z.number().int().describe('Number of the primary 20 MHz channel'),
    widthMhz: WidthMhz.default(20),
    centre: z.number().int().optional().describe('Number of the centre, where two blocks fit'),
  })
  .transform((written, context): Channel => {
    const channel = channelFromNumber(written);
    if (channel !== undefined) return channel;
    context.addIssue({
      code: 'custom',
      message: `expected a channel of IEEE 802.11, came number ${written.number} with ${written.widthMhz} MHz`,
    });
    return z.NEVER;
  });
