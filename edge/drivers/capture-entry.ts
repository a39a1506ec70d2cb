import { InputError } from '#protocols/errors.ts';
import { isReplayAddress, parseReplayAddress, Replay } from '../recorder/replay.ts';
import { openCaptureDriver, Recording } from './capture.ts';
import type { DriverEntry } from './entry.ts';
import { openReplayDriver } from './replay.ts';

export const captureDriver: DriverEntry = {
  scheme: 'capture',
  about:
    '`capture:FILE?from=10m&loop&tune`, or `capture:FOLDER?radio=radio-0&speed=4` of a recorder: a recorded spectrum, laid over the radio of the place',
  open(rest, { inner, clock }) {
    const address = `capture:${rest}`;
    if (inner === undefined) {
      throw new InputError(`driver '${address}': expected a radio to lay it over, came none`);
    }
    if (isReplayAddress(address)) {
      return openReplayDriver(address, inner, new Replay(parseReplayAddress(address), clock));
    }
    return openCaptureDriver(address, inner, new Recording(address, clock));
  },
};
