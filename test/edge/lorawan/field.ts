/**
 * A field with simulated nodes and one gateway, a stand-in for ChirpStack, and the cloud's side behind
 * it. The better link is a hand-over to the same inbox.
 */
import { createRandom } from '#agents/random/philox.ts';
import { type Heard, LoraBridge } from '#cloud/lorawan/bridge.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import {
  type AlertParts,
  Fallback,
  type HeartbeatParts,
  type StateParts,
} from '#edge/lorawan/fallback.ts';
import { LoraLink } from '#edge/lorawan/link.ts';
import { recordCounter } from '#edge/lorawan/records.ts';
import { US_PER_S } from '#protocols/clock.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { regionNamed } from '#protocols/lorawan/regions.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { LoraGateway } from '#sim/lorawan/gateway.ts';
import { SimModem } from '#sim/lorawan/modem.ts';
import { ChirpStackStandIn } from '../../cloud/lorawan/chirpstack-stand-in.ts';
import { MemoryMessaging } from '../../cloud/lorawan/memory-messaging.ts';

const applicationId = '17c82e96-be03-4f38-aef3-f83d48582d97';

export interface FieldOptions {
  readonly seed: number;
  readonly region?: string;
  readonly dr?: number;
  readonly nodes?: number;
  readonly pathLossDb?: number;
}

export function makeField({
  seed,
  region = 'EU868',
  dr = 0,
  nodes = 1,
  pathLossDb = 130,
}: FieldOptions) {
  const clock = new VirtualClock(1_800_000_000 * US_PER_S);
  const random = createRandom(seed);
  const area = regionNamed(region);
  const messaging = new MemoryMessaging(clock);
  const heard: (Heard & { via: 'lora' | 'wan' })[] = [];
  const faults: string[] = [];
  const inbox = new LoraInbox(clock);
  const euis = Array.from({ length: nodes }, (_, index) => index.toString(16).padStart(16, '0'));
  const devices = new Map(euis.map((devEui, index) => [devEui, `ap${index}`]));
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
    onRecord: (record) => heard.push({ ...record, via: 'lora' }),
    onFault: (line) => faults.push(line),
  });
  bridge.start();

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
    const link = new LoraLink({
      clock,
      random: random.fork(`link/${devEui}`),
      modem,
      region: area,
      dr,
      onRequest: () => fallback.heartbeatNow(),
    });
    const modes: string[] = [];
    const overWan: number[] = [];
    const fallback: Fallback = new Fallback({
      clock,
      link,
      nextRecord: recordCounter(clock),
      heartbeat: () => aHeartbeat,
      state: () => aState,
      overWan: (message) => {
        overWan.push(message.record);
        // At least once: this better link brings everything twice.
        for (let turn = 0; turn < 2; turn += 1) {
          const outcome = inbox.take(node, encodeMessage(message));
          if (!outcome.ok) faults.push(outcome.error);
          else if (outcome.value.as !== 'again') {
            heard.push({
              node,
              message: outcome.value.message!,
              isFuller: outcome.value.as === 'fuller',
              dr: 0,
              rssiDbm: null,
              snrDb: null,
              via: 'wan',
            });
          }
        }
      },
      onMode: (mode) => modes.push(mode),
    });
    link.open();
    return { node, devEui, modem, link, fallback, modes, overWan };
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

export const anAlert: AlertParts = {
  kind: 'radar',
  severity: 'critical',
  ended: false,
  radio: 1,
  centerMhz: 5_290,
  width: '80',
  lowMhz: 5_260,
  highMhz: 5_270,
  peakDbm: -62,
  noiseDbm: -95,
  looksLike: 'radar',
  duty: 2,
  confidence: 100,
  count: 1,
  temperatureC: 48,
  diskFree: 61,
  rule: null,
  silent: true,
  latitude: null,
  longitude: null,
};

const radio = { centerMhz: 5_290, width: '80', busy: 0.3, clients: 12, health: 'good' } as const;

const aHeartbeat: HeartbeatParts = {
  temperatureC: 48,
  diskFree: 61,
  cpu: 0.4,
  memory: 0.5,
  clockTrusted: true,
  brokerUp: true,
  modelLoaded: true,
  recording: true,
  legal: true,
  configuration: 0xabcd,
  ledgerLength: 1_234,
  radios: Array.from({ length: 3 }, () => ({
    ...radio,
    eirpDbm: 20,
    silent: false,
    jammed: false,
    interfered: false,
  })),
};

const aState: StateParts = {
  bootCount: 3,
  upH: 100,
  temperatureC: 48,
  diskFree: 61,
  cpu: 40,
  memory: 50,
  queued: 120,
  latitude: 52.52,
  longitude: 13.405,
  radios: Array.from({ length: 3 }, () => ({
    ...radio,
    busy: 30,
    primaryOffset: 0,
    eirpDbm: 20.5,
    tx: 12,
    noiseDbm: -95,
    mbps: 240,
    silent: false,
    pinned: false,
    jammed: false,
    interferer: 'none' as const,
    interfererDuty: null,
    interfererDbm: null,
    anomaly: 0.1,
    radars: 0,
    closures: 0,
    temperatureC: 55,
  })),
};
