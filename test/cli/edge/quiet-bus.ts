/** A bus whose link stands and on which nothing is answered: what is sent stays under way. */
import type { Bus } from '#agents/bus/bus.ts';

export const quietBus = {
  client: 'ap1',
  publish: () => undefined,
  append: () => undefined,
  onStatus: () => ({ close: () => undefined }),
} as Partial<Bus> as Bus;
