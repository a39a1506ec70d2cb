/** A radio whose spectrum is what a recorder kept; everything else is done by the driver it wraps. */
import type { Done, Driver, SpectrumRequest, SpectrumStream } from '#protocols/driver.ts';
import type { Replay } from '../recorder/replay.ts';
import { overlaid } from './overlaid.ts';

export function openReplayDriver(address: string, inner: Driver, replay: Replay): Driver {
  return overlaid(inner, {
    address,
    // As on air, what is played goes on while nobody listens: closing is the inner driver's alone.
    capabilities: () => ({ ...inner.capabilities(), spectral: true }),
    openSpectrum({ sweeps: wanted }: SpectrumRequest, done: Done<SpectrumStream>) {
      inner.state((read) => {
        if (!read.ok) return done(read);
        let left = wanted ?? Number.POSITIVE_INFINITY;
        const stream: SpectrumStream = {
          read() {
            if (left <= 0) return new Uint8Array(0);
            // A radio that is asked for fewer than it heard since has the newest.
            const heard = replay.take();
            const sweeps = wanted === null ? heard : heard.slice(-left);
            left -= sweeps.length;
            return Buffer.concat(sweeps);
          },
          close() {
            left = 0;
          },
        };
        done({ ok: true, value: stream });
      });
    },
  });
}
