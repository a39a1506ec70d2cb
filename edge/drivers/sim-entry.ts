import { InputError } from '#protocols/errors.ts';
import type { DriverEntry } from './entry.ts';
import { createSimDriver } from './sim.ts';

export const simDriver: DriverEntry = {
  scheme: 'sim',
  about: '`sim:<node>/<radio>`: a radio of the simulated air, by its name there',
  open(id, { air, ...site }) {
    if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id)) {
      throw new InputError(
        `driver 'sim:${id}': expected sim:<node>/<radio>, such as sim:ap1/radio-0`,
      );
    }
    if (air === undefined) {
      throw new InputError(
        `driver 'sim:${id}': expected an air to be in, came none; start one with up or sim`,
      );
    }
    return createSimDriver({ ...site, address: `sim:${id}`, id, air });
  },
};
