/** A change on trial in a real host, over a simulated radio, with the process killed at every step. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '#agents/host/host.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { radioBody, radioPorts } from '#agents/radio.ts';
import { goBackPort } from '#agents/radio-back.ts';
import { choosePort } from '#agents/radio-choice.ts';
import { createRandom } from '#agents/random/philox.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { clearWaitMs } from '#agents/regulation/limits.ts';
import { domainOf } from '#agents/regulation/regdb.ts';
import { directAir } from '#edge/drivers/direct-air.ts';
import { SimDriver } from '#edge/drivers/sim.ts';
import { SimRadio } from '#edge/drivers/sim-radio.ts';
import { type Channel, channelFromNumber, channelKey } from '#protocols/channels.ts';
import type { RadioState } from '#protocols/driver.ts';
import { address } from '#protocols/ids.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { Rig, START_US } from './host/rig.ts';

const [channel36, channel44, channel52] = [36, 44, 52].map(
  (number) => channelFromNumber({ band: '5', number, widthMhz: 20 })!,
) as [Channel, Channel, Channel];
const at = address('hq', 'ap1', 'radio-0');
const domain = domainOf('DE')!;
const confirmWithinMs = 3_000;

test('killed between any two steps, an unconfirmed change goes back all the same, once', () => {
  const boundaries = throughEvery((killAt) => {
    const life = new Life(killAt);
    life.tells('radio_set_channel', { ...channel44, confirmWithinMs });
    life.runs(1);
    life.tells('radio_set_power', { eirpDbm: 14, confirmWithinMs });
    life.runs(5);
    assert.deepEqual(life.now(), [channelKey(channel36), 20], life.where);
    const sent = [
      '5-36-20-36 20',
      '5-44-20-44 20',
      '5-44-20-44 14',
      '5-36-20-36 14',
      '5-36-20-36 20',
    ];
    assert.deepEqual(life.sent, sent, life.where);
    assert.deepEqual(life.ends(), ['went-back'], life.where);
    return life.wasKilled;
  });
  assert(boundaries > 60, `only ${boundaries} boundaries`);
});

test('killed between any two steps, a confirmed change stays', () => {
  throughEvery((killAt) => {
    const life = new Life(killAt);
    life.tells('radio_set_channel', { ...channel44, confirmWithinMs });
    life.runs(1);
    life.confirms();
    life.runs(4);
    assert.deepEqual(life.now(), [channelKey(channel44), 20], life.where);
    assert.deepEqual(life.ends(), ['confirmed'], life.where);
    return life.wasKilled;
  });
});

test('the time to confirm goes on while the process is dead', () => {
  const life = new Life(undefined);
  life.tells('radio_set_channel', { ...channel44, confirmWithinMs });
  life.runs(1);
  life.dies();
  life.passes(600);
  life.lives();
  life.runs(1);
  assert.deepEqual(life.now(), [channelKey(channel36), 20]);
});

test('a link that is cut right after the change takes it back, and a way back to a radar channel keeps its silence', () => {
  const life = new Life(undefined, channel52);
  life.tells('radio_set_channel', { ...channel44, confirmWithinMs });
  life.runs(1);
  life.hears({ type: 'cloud.lost' });
  life.runs(59);
  assert.equal(life.value(), 'clearing');
  life.runs(3);
  assert.deepEqual(life.now(), [channelKey(channel52), 20]);
});

test('never back onto a channel that radar has closed: the radio stays where it is', () => {
  const life = new Life(undefined, channel52);
  life.tells('radio_set_channel', { ...channel44, confirmWithinMs });
  life.runs(1);
  life.hears({ type: 'radar.detected', centerMhz: channel52.centerMhz, widthMhz: 20 });
  life.runs(600);
  assert.deepEqual(life.now(), [channelKey(channel44), 20]);
  assert.deepEqual(life.ends(), ['stayed']);
  assert.equal(life.sent.filter((one) => one.startsWith(channelKey(channel52))).length, 1);
});

/** Lives through it with a kill at each boundary in turn, until there is none left; says how many there were. */
function throughEvery(live: (killAt: number) => boolean): number {
  let killAt = 0;
  while (live(killAt)) killAt += 1;
  return killAt;
}

class Killed extends Error {}

class Life {
  readonly #rig = new Rig();
  readonly #radio: SimRadio;
  readonly #killAt: number | undefined;
  readonly #home: Channel;
  #host: Host | undefined;
  #driver: SimDriver | undefined;
  #state: RadioState = { channel: null, eirpDbm: 0, silent: true };
  readonly #ends = new Map<string, unknown>();
  #passed = 0;
  #isStarted = false;
  #calls = 0;
  wasKilled = false;
  where = 'never killed';
  /** Channel and power, whenever it begins to send or sends otherwise. */
  readonly sent: string[] = [];

  /** `killAt`: counted from when it serves. */
  constructor(killAt: number | undefined, home = channel36) {
    this.#killAt = killAt;
    this.#home = home;
    const air = createFluidAir({ random: createRandom(1) });
    air.apply({ kind: 'radio', id: 'ap1/radio-0', at: { x: 0, y: 0, z: 0 } });
    const { clock } = this.#rig;
    this.#radio = new SimRadio({
      address: 'sim:ap1/radio-0',
      id: 'ap1/radio-0',
      air: directAir(air, clock),
      clock,
      random: createRandom(2),
      antennaGainDbi: 3,
      capabilities: {
        spectral: false,
        pulses: false,
        bands: ['5'],
        maxWidthMhz: 20,
        minEirpDbm: 0,
        maxEirpDbm: 23,
      },
      onChange: (state) => {
        const { channel, eirpDbm, silent } = state;
        this.#state = state;
        if (channel !== null && !silent) this.sent.push(`${channelKey(channel)} ${eirpDbm}`);
      },
    });
    const filter = 'airguard.hq.event.>';
    const hub = this.#rig.bus('cloud');
    hub.consume({ stream: 'EVENTS', durable: 'test', filter }, (message) => {
      if (message.subject.endsWith('.trial.ended')) {
        const { id, data: told } = JSON.parse(Buffer.from(message.data).toString());
        this.#ends.set(id, told.outcome);
      }
      message.ack();
    });
    this.lives();
    this.runs(70);
    assert.deepEqual(this.now(), [channelKey(home), 20]);
    this.#isStarted = true;
  }

  tells(tool: string, input: object): void {
    this.#calls += 1;
    const callId = `coordinator/call-${this.#calls}`;
    const call = { callId, caller: 'coordinator', tool, arguments: input, verdictId: 'v' };
    const once = { contentHash: callId, expiresWallUs: START_US + 3_600_000_000 };
    let isTaken = false;
    const accepted = () => {
      isTaken = true;
    };
    this.#surviving(() => {
      // The stream gives again what was never taken.
      if (!isTaken) this.#host?.invoke(at, { call, once, accepted }, accepted);
    });
  }

  confirms(): void {
    let isDone = false;
    const call = { callId: 'coordinator/1', caller: 'coordinator', tool: 'radio_confirm_change' };
    const confirm = { ...call, arguments: { key: `call-${this.#calls}` } };
    this.#surviving(() => {
      if (isDone) return;
      this.#host?.invoke(at, { call: confirm }, (outcome) => {
        assert.deepEqual(outcome, { ok: true, value: { confirmed: true } }, this.where);
        isDone = true;
      });
    });
  }

  hears(event: { type: string; [field: string]: unknown }): void {
    this.#surviving(() => this.#host?.tell(at, event));
  }

  runs(seconds: number): void {
    const untilUs = this.#rig.clock.monotonic() + seconds * 1e6;
    this.#surviving(() => this.#rig.clock.run(untilUs));
  }

  /** Time goes by without a process. */
  passes(seconds: number): void {
    this.#rig.run(seconds * 1_000);
  }

  dies(): void {
    this.#host?.halt();
    this.#driver?.close();
  }

  lives(): void {
    const { clock } = this.#rig;
    const driver = new SimDriver(this.#radio, clock);
    this.#driver = driver;
    const signer = signerFromSeed('ap1', new Uint8Array(32).fill(3));
    const gate = createGate({ keyring: keyringOf({ ap1: signer.publicKey }), selfSigner: signer });
    const host = this.#rig.host({ step: (point) => this.#step(point) });
    this.#host = host;
    const isKnown = this.#rig.store.actor(at) !== undefined;
    let opened: object | undefined;
    driver.open(
      (event) => host.tell(at, event),
      (outcome) => {
        if (!outcome.ok) return;
        opened = { type: 'driver.opened', state: outcome.value };
        if (isKnown) host.tell(at, opened as { type: string });
      },
    );
    host.start({
      body: radioBody((channel) => clearWaitMs(channel, domain)),
      actor: 'radio-0',
      input: {
        address: at,
        country: 'DE',
        indoor: true,
        antennaGainDbi: 3,
        bands: ['5'],
        maxWidthMhz: 20,
        minEirpDbm: 0,
        maxEirpDbm: 23,
        eirpDbm: 20,
        home: this.#home,
        nonOccupancyMs: 1_800_000,
      },
      ports: radioPorts({
        driver,
        choose: choosePort({ gate, node: 'ap1', legalChannels }),
        goBack: goBackPort({ gate, node: 'ap1', clearMs: (one) => clearWaitMs(one, domain) }),
        scan: { kind: 'work', run: () => undefined },
      }),
    });
  }

  value(): unknown {
    const value = this.#host?.value(at);
    return typeof value === 'object' && value !== null ? Object.keys(value)[0] : value;
  }

  now(): [string | null, number] {
    const { channel, eirpDbm, silent } = this.#state;
    return [channel === null || silent ? null : channelKey(channel), eirpDbm];
  }

  /** How trials ended, as the hub hears of it. */
  ends(): unknown[] {
    return [...this.#ends.values()];
  }

  #step(point: string): void {
    if (!this.#isStarted || this.wasKilled) return;
    if (this.#passed++ !== this.#killAt) return;
    this.wasKilled = true;
    this.where = `killed at boundary ${this.#killAt}, '${point}'`;
    throw new Killed(point);
  }

  /** Does it, and where that is killed starts anew and does it again. */
  #surviving(task: () => unknown): void {
    try {
      task();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.dies();
      this.lives();
      task();
    }
  }
}
