import { InputError } from '#protocols/errors.ts';
import { openCaptureDriver, Recording } from './capture.ts';
import type { DriverEntry } from './entry.ts';

export const captureDriver: DriverEntry = {
  scheme: 'capture',
  about: '`capture:FILE?from=10m&loop&tune`: a recorded spectrum, laid over the radio of the place',
  open(rest, { inner, clock }) {
    const address = `capture:${rest}`;
    if (inner === undefined) {
      throw new InputError(`driver '${address}': expected a radio to lay it over, came none`);
    }
    return openCaptureDriver(address, inner, new Recording(address, clock));
  },
};
