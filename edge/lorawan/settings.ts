/** How a node's way over LoRaWAN is configured, and the modem that its address names. */
import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import type { Clock } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import type { LoraModem } from '#protocols/lorawan/modem.ts';
import { rateOf, regionNamed } from '#protocols/lorawan/regions.ts';
import { AtModem, type OtaaKeys } from './at-modem.ts';
import { serialDevice } from './serial-device.ts';

export const LoraSettings = z.strictObject({
  /** `at:/dev/ttyUSB0`, a RUI3 module on that device. */
  modem: z.string().regex(/^at:\/.+/, 'a modem like `at:/dev/ttyUSB0`'),
  region: z.string(),
  /** The slowest that reaches the gateway; the network does not change it. */
  dr: z.number().int().min(0).max(7),
  /** JSON with `devEui`, `joinEui` and `appKey`; left out, the module has them. */
  keysFile: z.string().optional(),
  /** For regions with 64 channels: those the network listens to, as `AT+MASK` takes it. */
  channelMask: z.string().optional(),
});
export type LoraSettings = z.infer<typeof LoraSettings>;

const Keys = z.strictObject({ devEui: z.string(), joinEui: z.string(), appKey: z.string() });

export function openModem(settings: LoraSettings, clock: Clock): LoraModem {
  const region = regionNamed(settings.region);
  rateOf(region, settings.dr);
  const { keysFile, channelMask } = settings;
  return new AtModem({
    clock,
    address: settings.modem,
    openLine: serialDevice(settings.modem.slice('at:'.length)),
    region,
    dr: settings.dr,
    ...(keysFile !== undefined && { keys: readKeys(keysFile) }),
    ...(channelMask !== undefined && { channelMask }),
  });
}

/** Tells what is wrong with the file, never what is in it. */
function readKeys(file: string): OtaaKeys {
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new InputError(
        `${file}: expected keys that only their owner can read; chmod 600 ${file}`,
      );
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`${file}: expected a file of keys that can be read; ${code} came`);
  }
  const keys = Keys.safeParse(jsonOf(text));
  if (keys.success) return keys.data;
  throw new InputError(`${file}: expected JSON with devEui, joinEui and appKey, each a text`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
