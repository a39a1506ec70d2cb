/** What every driver owes, whatever it drives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observations } from '#protocols/air.ts';
import type { Channel } from '#protocols/channels.ts';
import type {
  ChipSettings,
  Done,
  Driver,
  DriverError,
  DriverEvent,
  RadioState,
  SpectrumStream,
} from '#protocols/driver.ts';
import type { Outcome } from '#protocols/errors.ts';

export interface DriverUnderTest {
  readonly driver: Driver;
  /** Lets so much time pass. */
  run(us: number): void;
  /** Two channels that it can take, and one beyond its limits. */
  readonly channels: readonly [Channel, Channel];
  readonly beyond: Channel;
  /** A power it can take, and one beyond. */
  readonly eirpDbm: number;
  readonly tooMuchDbm: number;
}

export function driverConformance(name: string, setUp: () => DriverUnderTest): void {
  test(`${name}: opens with its state, and is then what read-back says`, () => {
    const under = setUp();
    const opened = get<RadioState>(under, (done) => under.driver.open(() => {}, done));
    assert(opened.ok);
    assert.deepEqual(stateOf(under), opened.value);
  });

  test(`${name}: an order answers once, later, with the state that read-back then shows`, () => {
    const under = opened(setUp());
    const { driver, channels, eirpDbm } = under;
    const [first, second] = channels;

    const listening = get<RadioState>(under, (done) => driver.listen(first, done));
    assert.deepEqual(listening, { ok: true, value: { ...stateOf(under), channel: first } });
    assert.equal(stateOf(under).silent, true);

    const sending = get<RadioState>(under, (done) => driver.setChannel(first, done));
    assert.deepEqual(sending, { ok: true, value: stateOf(under) });
    assert.equal(stateOf(under).silent, false);

    const powered = get<RadioState>(under, (done) => driver.setEirp(eirpDbm, done));
    assert.equal(powered.ok && powered.value.eirpDbm, eirpDbm);

    const moved = get<RadioState>(under, (done) => driver.setChannel(second, done));
    assert.deepEqual(moved, {
      ok: true,
      value: { channel: second, eirpDbm, silent: false },
    });
    assert.deepEqual(stateOf(under), moved.ok && moved.value);
  });

  test(`${name}: how it listens is told later and once, of what it knows alone`, () => {
    const under = opened(setUp());
    const told = get<ChipSettings>(under, (done) => under.driver.settings(done));
    assert(told.ok);
    assert(Object.values(told.value).every((setting) => setting !== undefined));
  });

  test(`${name}: listening nowhere, it neither sends nor has a channel`, () => {
    const under = opened(setUp());
    get<RadioState>(under, (done) => under.driver.setChannel(under.channels[0], done));
    const hushed = get<RadioState>(under, (done) => under.driver.listen(null, done));
    assert(hushed.ok);
    assert.equal(hushed.value.channel, null);
    assert.deepEqual(
      get(under, (done) => under.driver.survey(done)),
      { ok: true, value: [] },
    );
  });

  test(`${name}: what is beyond it is rejected in words and changes nothing`, () => {
    const under = opened(setUp());
    const { driver, channels, beyond, tooMuchDbm } = under;
    get<RadioState>(under, (done) => driver.setChannel(channels[0], done));
    const before = stateOf(under);

    const refusals = [
      get<RadioState>(under, (done) => driver.setChannel(beyond, done)),
      get<RadioState>(under, (done) => driver.listen(beyond, done)),
      get<RadioState>(under, (done) => driver.setEirp(tooMuchDbm, done)),
      get<RadioState>(under, (done) => driver.setEirp(Number.NaN, done)),
    ];
    for (const refusal of refusals) {
      assert(!refusal.ok);
      assert.equal(refusal.error.code, 'rejected');
      assert.match(refusal.error.message, /expected .*came /);
    }
    assert.deepEqual(stateOf(under), before);
  });

  test(`${name}: the newest order wins, and the older one is told so`, () => {
    const under = opened(setUp());
    const { driver, channels } = under;
    const older: Outcome<RadioState, DriverError>[] = [];
    driver.setChannel(channels[0], (outcome) => older.push(outcome));
    const newer = get<RadioState>(under, (done) => driver.listen(null, done));

    assert.equal(newer.ok && newer.value.channel, null);
    assert.deepEqual(
      older.map((outcome) => !outcome.ok && outcome.error.code),
      ['busy'],
    );
    assert.equal(stateOf(under).channel, null);
  });

  test(`${name}: surveys its channel and reports neighbours and clients`, () => {
    const under = opened(setUp());
    const { driver, channels } = under;
    get<RadioState>(under, (done) => driver.setChannel(channels[0], done));
    under.run(1_000_000);

    const survey = get<Observations['survey']>(under, (done) => driver.survey(done));
    assert(survey.ok);
    const [own] = survey.value;
    assert.deepEqual(own?.channel, channels[0]);
    assert(own && own.activeUs > 0 && own.busyUs <= own.activeUs);
    assert(own.txUs + own.rxUs <= own.busyUs + 1);
    assert(get(under, (done) => driver.neighbours(done)).ok);
    assert(get(under, (done) => driver.clients(done)).ok);
  });

  test(`${name}: measures its load once a second while it is open, and then no more`, () => {
    const under = setUp();
    const events: DriverEvent[] = [];
    get<RadioState>(under, (done) => under.driver.open((event) => events.push(event), done));
    const loads = () => events.filter(({ type }) => type === 'load.measured').length;
    under.run(1_000_000);
    const before = loads();
    under.run(10_000_000);
    assert.equal(loads() - before, 10);

    under.driver.close();
    under.run(10_000_000);
    assert.equal(loads() - before, 10);
  });

  test(`${name}: has a spectrum if it says so, and refuses one if not`, () => {
    const under = opened(setUp());
    const { driver } = under;
    const stream = get<SpectrumStream>(under, (done) =>
      driver.openSpectrum({ bins: 64, sweeps: 4 }, done),
    );
    assert.equal(stream.ok, driver.capabilities().spectral);
    if (!stream.ok) assert.equal(stream.error.code, 'unsupported');
    else assert(stream.value.read() instanceof Uint8Array);
  });

  test(`${name}: opens again after it was closed, in the state it was left in`, () => {
    const under = opened(setUp());
    get<RadioState>(under, (done) => under.driver.setChannel(under.channels[1], done));
    const before = stateOf(under);
    under.driver.close();
    under.run(60_000_000);
    assert.deepEqual(
      get<RadioState>(under, (done) => under.driver.open(() => {}, done)),
      { ok: true, value: before },
    );
  });
}

function opened(under: DriverUnderTest): DriverUnderTest {
  assert(get<RadioState>(under, (done) => under.driver.open(() => {}, done)).ok);
  return under;
}

function stateOf(under: DriverUnderTest): RadioState {
  const outcome = get(under, (done: Done<RadioState>) => under.driver.state(done));
  assert(outcome.ok);
  return outcome.value;
}

/** Starts an operation and lets time pass until it must have called back: not at once, and once. */
function get<Value>(under: DriverUnderTest, start: (done: Done<Value>) => void) {
  const outcomes: Outcome<Value, DriverError>[] = [];
  start((outcome) => outcomes.push(outcome));
  assert.equal(outcomes.length, 0, 'it called back before the call returned');
  under.run(500_000);
  assert.equal(outcomes.length, 1, 'it calls back once');
  return outcomes[0]!;
}
