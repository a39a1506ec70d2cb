/**
 * A field of simulated nodes with one gateway, a stand-in for ChirpStack, and the cloud's side behind it.
 * The better link is a hand-over to the same inbox, and brings everything twice.
 */
import { createRandom } from '#agents/random/philox.ts';
import { type Heard, LoraBridge } from '#cloud/lorawan/bridge.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import { alertOf } from '#edge/lorawan/alerts.ts';
import type { HeartbeatParts, StateParts } from '#edge/lorawan/fallback.ts';
import { openLoraSide } from '#edge/lorawan/side.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { regionNamed } from '#protocols/lorawan/regions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { ChirpStackStandIn } from '#sim/lorawan/chirpstack.ts';
import { LoraGateway } from '#sim/lorawan/gateway.ts';
import { MemoryMessaging } from '#sim/lorawan/messaging.ts';
import { SimModem } from '#sim/lorawan/modem.ts';

const applicationId = '17c82e96-be03-4f38-aef3-f83d48582d97';
const BEGAN_S = 1_800_000_000;

export interface FieldOptions {
  readonly seed: number;
  readonly region?: string;
  readonly dr?: number;
  readonly nodes?: number;
  readonly pathLossDb?: number;
  readonly radios?: number;
}

export interface Arrived extends Heard {
  readonly via: 'lora' | 'wan';
  readonly atUs: number;
}

export function makeField(options: FieldOptions) {
  const { seed, region = 'EU868', dr = 0, nodes = 1, pathLossDb = 130, radios = 3 } = options;
  const clock = new VirtualClock(BEGAN_S * US_PER_S);
  const random = createRandom(seed);
  const area = regionNamed(region);
  const messaging = new MemoryMessaging(clock);
  const heard: Arrived[] = [];
  const faults: string[] = [];
  const inbox = new LoraInbox(clock);
  const euis = Array.from({ length: nodes }, (_, index) => index.toString(16).padStart(16, '0'));
  const devices = new Map(euis.map((devEui, index) => [devEui, `ap${index + 1}`]));
  const gateway = new LoraGateway({
    clock,
    region: area,
    onUplink: (uplink) => standIn.uplink(uplink),
  });
  const standIn = new ChirpStackStandIn({
    messaging,
    applicationId,
    devices: euis,
    enqueue: (devEui, downlink) => gateway.enqueue(devEui, downlink),
  });
  const bridge = new LoraBridge({
    messaging,
    inbox,
    applicationId,
    devices,
    onRecord: (record) => heard.push({ ...record, via: 'lora', atUs: clock.monotonic() }),
    onFault: (line) => faults.push(line),
  });
  bridge.start();

  const takeOverWan = (node: string, frame: Uint8Array) => {
    const outcome = inbox.take(node, frame);
    if (!outcome.ok) {
      faults.push(outcome.error);
      return;
    }
    const { as, message } = outcome.value;
    if (as === 'again' || message === null) return;
    const isFuller = as === 'fuller';
    const over = { dr: 0, rssiDbm: null, snrDb: null, via: 'wan' } as const;
    heard.push({ node, message, isFuller, ...over, atUs: clock.monotonic() });
  };

  const makeNode = (devEui: string) => {
    const node = devices.get(devEui)!;
    const modem = new SimModem({
      clock,
      random: random.fork(`modem/${devEui}`),
      region: area,
      gateway,
      devEui,
      dr,
      pathLossDb,
    });
    const modes: string[] = [];
    const side = openLoraSide({
      clock,
      random: random.fork(`link/${devEui}`),
      modem,
      region,
      dr,
      heartbeat: () => heartbeatOf(radios),
      state: () => stateOf(radios),
      overWan: (message) => {
        const frame = encodeMessage(message);
        takeOverWan(node, frame);
        takeOverWan(node, frame);
      },
      onMode: (mode) => modes.push(mode),
    });
    return { node, devEui, modem, modes, side, fallback: side.fallback };
  };

  return {
    clock,
    random,
    gateway,
    standIn,
    bridge,
    inbox,
    heard,
    faults,
    nodes: euis.map(makeNode),
    /** Lets so many seconds pass. */
    pass(seconds: number): void {
      const untilUs = clock.monotonic() + seconds * US_PER_S;
      while ((clock.nextUs ?? Number.POSITIVE_INFINITY) <= untilUs) clock.step();
      if (clock.monotonic() < untilUs) {
        clock.schedule(untilUs, () => undefined);
        clock.step();
      }
    },
  };
}

export const anAlert = alertOf('radar', 'critical', {
  radio: 1,
  centerMhz: 5_290,
  width: '80',
  lowMhz: 5_260,
  highMhz: 5_270,
  peakDbm: -62,
  noiseDbm: -95,
  looksLike: 'radar',
  duty: 0.02,
  confidence: 1,
  silent: true,
});

const radio = {
  centerMhz: 5_290,
  width: '80',
  clients: 12,
  health: 'good',
  silent: false,
  jammed: false,
} as const;
const node = { temperatureC: 48, diskFree: 0.61 };

function heartbeatOf(radios: number): HeartbeatParts {
  return {
    ...node,
    cpu: 0.4,
    memory: 0.5,
    clockTrusted: true,
    brokerUp: true,
    modelLoaded: true,
    recording: true,
    legal: true,
    configuration: 0xabcd,
    ledgerLength: 1_234,
    radios: Array.from({ length: radios }, () => ({
      ...radio,
      eirpDbm: 20,
      busy: 0.3,
      interfered: false,
    })),
  };
}

function stateOf(radios: number): StateParts {
  return {
    ...node,
    bootCount: 3,
    upH: 100,
    cpu: 0.4,
    memory: 0.5,
    queued: 120,
    latitude: 52.52,
    longitude: 13.405,
    radios: Array.from({ length: radios }, () => ({
      ...radio,
      primaryOffset: 0,
      eirpDbm: 20.5,
      busy: 0.3,
      tx: 0.12,
      noiseDbm: -95,
      mbps: 240,
      pinned: false,
      interferer: 'none' as const,
      interfererDuty: null,
      interfererDbm: null,
      anomaly: 0.1,
      radars: 0,
      closures: 0,
      temperatureC: 55,
    })),
  };
}
