import type { Driver } from '#protocols/driver.ts';

/** A driver that does some things its own way and leaves the others to the one it is laid over. */
export function overlaid(inner: Driver, own: Partial<Driver>): Driver {
  return {
    address: inner.address,
    open: (onEvent, done) => inner.open(onEvent, done),
    close: () => inner.close(),
    capabilities: () => inner.capabilities(),
    state: (done) => inner.state(done),
    listen: (channel, done) => inner.listen(channel, done),
    setChannel: (channel, done) => inner.setChannel(channel, done),
    setEirp: (eirpDbm, done) => inner.setEirp(eirpDbm, done),
    survey: (done) => inner.survey(done),
    neighbours: (done) => inner.neighbours(done),
    clients: (done) => inner.clients(done),
    openSpectrum: (request, done) => inner.openSpectrum(request, done),
    settings: (done) => inner.settings(done),
    ...own,
  };
}
