/** A radio whose spectrum is what a recorder kept; everything else is done by the driver it wraps. */
import type { Done, Driver, SpectrumRequest, SpectrumStream } from '#protocols/driver.ts';
import type { Replay } from '../recorder/replay.ts';

export function openReplayDriver(address: string, inner: Driver, replay: Replay): Driver {
  return {
    address,
    open: (onEvent, done) => inner.open(onEvent, done),
    // As on air, what is played goes on while nobody listens.
    close: () => inner.close(),
    capabilities: () => ({ ...inner.capabilities(), spectral: true }),
    state: (done) => inner.state(done),
    listen: (channel, done) => inner.listen(channel, done),
    setChannel: (channel, done) => inner.setChannel(channel, done),
    setEirp: (eirpDbm, done) => inner.setEirp(eirpDbm, done),
    survey: (done) => inner.survey(done),
    neighbours: (done) => inner.neighbours(done),
    clients: (done) => inner.clients(done),
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
  };
}
