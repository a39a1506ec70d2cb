/** The recordings that scenarios name: capture files, and folders of a recorder. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openCaptureDriver, parseCaptureAddress, Recording } from '#edge/drivers/capture.ts';
import { openReplayDriver } from '#edge/drivers/replay.ts';
import { isReplayAddress, parseReplayAddress, Replay } from '#edge/recorder/replay.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Driver } from '#protocols/driver.ts';

/** Lays a recording, which plays from now on, over the driver of its radio. */
export type Laid = (inner: Driver) => Driver;

/**
 * `leftMs` tells, of a file that begins after so many milliseconds, how many of them are left. A folder
 * begins at once.
 */
export function openRecorded(
  address: string,
  clock: Clock,
  leftMs: (fromMs: number) => number = (fromMs) => fromMs,
): Laid {
  const [head = '', query = ''] = address.split('?', 2);
  const found = `capture:${fromProject(head.slice('capture:'.length))}`;
  const asked = query.split('&').filter((part) => part !== '');
  const place = [found, asked.join('&')].filter((part) => part !== '').join('?');
  if (isReplayAddress(place)) {
    const replay = new Replay(parseReplayAddress(place), clock);
    return (inner) => openReplayDriver(address, inner, replay);
  }
  const { fromMs } = parseCaptureAddress(place);
  const kept = asked.filter((part) => !part.startsWith('from='));
  const begun = `${found}?${[`from=${leftMs(fromMs)}ms`, ...kept].join('&')}`;
  const recording = new Recording(begun, clock);
  return (inner) => openCaptureDriver(address, inner, recording);
}

/** What is not below the current folder is Airguard's own. */
function fromProject(path: string): string {
  return path === '' || existsSync(path)
    ? path
    : resolve(join(import.meta.dirname, '..', '..'), path);
}
