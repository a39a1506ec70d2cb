/**
 * What a radio is: its chip by sysfs, its bands, widths and powers by `iw`, and whether it has a
 * spectral scan, asked of the chip's name first and of the files in debugfs second.
 */
import type { Band, WidthMhz } from '#protocols/channels.ts';
import type { Done, DriverError } from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';
import { type Chip, chipOf, type Family, familyOf, withoutSpectral } from './chips.ts';
import { command } from './commands.ts';
import type { CommandResult, PhyIo } from './io.ts';
import { type ChannelFacts, parseChannels, parsePhy } from './iw-phy.ts';
import { spectralError, spectralFolder } from './spectral-control.ts';

export interface PhyFacts {
  readonly family: Family;
  /** Undefined where the tables do not know it. */
  readonly chip: Chip | undefined;
  /** The kernel's number of it, which its interfaces name. */
  readonly index: number;
  readonly bands: readonly Band[];
  readonly maxWidthMhz: WidthMhz;
  readonly monitor: boolean;
  readonly channels: ReadonlyMap<number, ChannelFacts>;
  /** Most bins of a sweep, or why there are none. */
  readonly spectral: Outcome<number, DriverError>;
}

/** Bins that every chip of a family can give, for one that the tables do not know. */
const usualBins: Readonly<Record<Family, number>> = { ath11k: 256, ath10k: 256, ath9k: 128 };

/** `phy` is the name below /sys/class/ieee80211, `phy0`. */
export function identify(
  io: PhyIo,
  { family, phy }: { readonly family: Family; readonly phy: string },
  done: Done<PhyFacts>,
): void {
  const address = `${family}:${phy}`;
  const base = `/sys/class/ieee80211/${phy}`;
  const fail = (code: DriverError['code'], message: string) =>
    done({ ok: false, error: { code, message: `${address}: ${message}` } });

  readAll(
    io,
    ['index', 'device/uevent', 'device/vendor', 'device/device'].map((file) => `${base}/${file}`),
    ([index, uevent, vendor, device]) => {
      if (index === undefined || uevent === undefined) {
        return fail(
          'gone',
          `expected a radio at ${base}, came none; \`ls /sys/class/ieee80211\` shows those there are`,
        );
      }
      const driven = familyOf(uevent);
      if (driven !== family) {
        return fail(
          'unsupported',
          `expected a radio that ${family} drives, came one of ${driven ?? 'another driver'}${
            driven === undefined ? '' : `; its address is ${driven}:${phy}`
          }`,
        );
      }
      const chip = chipOf({ vendor, device, uevent });
      io.run(command('describePhy', phy), (described) => {
        const info = parsePhy(described.stdout);
        if (info === undefined) return fail('gone', noIw(described));
        io.run(command('listChannels', phy), (listed) => {
          const channels = parseChannels(listed.stdout);
          if (channels.size === 0) return fail('gone', noIw(listed));
          findSpectral(io, { family, phy }, chip, (spectral) => {
            const facts = { family, chip, index: Number(index), channels, spectral };
            done({ ok: true, value: { ...facts, ...info } });
          });
        });
      });
    },
  );
}

function findSpectral(
  io: PhyIo,
  { family, phy }: { readonly family: Family; readonly phy: string },
  chip: Chip | undefined,
  done: (spectral: PhyFacts['spectral']) => void,
): void {
  const without = chip && withoutSpectral(phy, chip);
  if (without !== undefined) {
    done({ ok: false, error: { code: 'unsupported', message: without } });
    return;
  }
  io.readText(`${spectralFolder(phy, family)}/spectral_scan_ctl`, (mode) => {
    if (mode.ok) return done({ ok: true, value: chip?.maxBins ?? usualBins[family] });
    // Whatever stands in the way, for now it has none.
    const { message } = spectralError(phy, mode.error);
    done({ ok: false, error: { code: 'unsupported', message } });
  });
}

/** The texts in order; undefined for what cannot be read. */
function readAll(
  io: PhyIo,
  [first, ...rest]: readonly string[],
  done: (texts: readonly (string | undefined)[]) => void,
): void {
  if (first === undefined) {
    done([]);
    return;
  }
  io.readText(first, (text) => {
    readAll(io, rest, (texts) => done([text.ok ? text.value : undefined, ...texts]));
  });
}

function noIw({ stderr }: CommandResult): string {
  const came = stderr.trim() === '' ? 'another answer' : `'${stderr.trim().split('\n')[0]}'`;
  return `expected \`iw phy\` to tell of it, came ${came}; install iw 5.0 or newer`;
}
