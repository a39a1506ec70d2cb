/** A node's way over LoRaWAN, where its configuration has one: what it says of itself, from what it knows. */
import { createHash } from 'node:crypto';
import { statfsSync } from 'node:fs';
import * as os from 'node:os';
import type { Store } from '#agents/store/store.ts';
import { channelPart, looksLikeOf } from '#edge/lorawan/alerts.ts';
import type { HeartbeatParts, StateParts } from '#edge/lorawan/fallback.ts';
import { openModem } from '#edge/lorawan/settings.ts';
import { type LoraSide, openLoraSide } from '#edge/lorawan/side.ts';
import type { StageHealth } from '#edge/pipeline/stages.ts';
import { overlapMhz, span } from '#protocols/channels.ts';
import type { Clock } from '#protocols/clock.ts';
import type { Random } from '#protocols/random.ts';
import type { Chronicle, RadioStanding } from './chronicle.ts';
import type { EdgeConfig } from './config.ts';

export interface LoraParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly chronicle: Chronicle;
  readonly health: () => readonly StageHealth[];
  /** The hottest zone of the machine. */
  readonly temperatureC: () => number | undefined;
  /** How many records wait for the cloud. */
  readonly queued: () => number;
  readonly isBrokerUp: () => boolean;
  readonly store: Store;
  readonly clockTrusted: () => boolean;
  readonly say: (line: string) => void;
}

/** Undefined where the node has no modem. */
export function openLora(config: EdgeConfig, parts: LoraParts): LoraSide | undefined {
  const { lorawan, dir } = config;
  if (lorawan === undefined) return undefined;
  const { clock, random, chronicle, health, clockTrusted, say } = parts;
  const bootCount = countBoot(parts.store);
  const startedUs = clock.monotonic();
  const hash = createHash('sha256').update(JSON.stringify(config)).digest();
  const isOn = (stage: string) =>
    health().some((one) => one.stage === stage && one.state === 'running');
  const machine = () => ({
    temperatureC: parts.temperatureC() ?? null,
    diskFree: diskFree(dir),
    cpu: Math.min(1, (os.loadavg()[0] ?? 0) / os.availableParallelism()),
    memory: 1 - os.freemem() / os.totalmem(),
  });
  return openLoraSide({
    clock,
    random: random.fork('lorawan'),
    modem: openModem(lorawan, clock),
    region: lorawan.region,
    dr: lorawan.dr,
    heartbeat: (): HeartbeatParts => ({
      ...machine(),
      clockTrusted: clockTrusted(),
      brokerUp: parts.isBrokerUp(),
      modelLoaded: isOn('vectors'),
      recording: isOn('recorder'),
      legal: chronicle.radios.every(isLegal),
      configuration: hash.readUInt16BE(0),
      ledgerLength: chronicle.ledgerLength,
      radios: chronicle.radios.map(radioOfHeartbeat),
    }),
    state: (): StateParts => ({
      ...machine(),
      bootCount,
      upH: Math.floor((clock.monotonic() - startedUs) / 3_600e6),
      queued: parts.queued(),
      latitude: config.position?.latitudeDeg ?? null,
      longitude: config.position?.longitudeDeg ?? null,
      radios: chronicle.radios.map(radioOfState),
    }),
    // The uplink keeps the same facts until the cloud has them: over the better link they go by it.
    overWan: () => {},
    onMode: (mode) => say(`LoRaWAN: ${mode}`),
  });
}

function radioOfHeartbeat(radio: RadioStanding) {
  const { legal, busy = null, clients, interferers } = radio;
  return {
    ...channelPart(legal?.channel ?? null),
    eirpDbm: legal === undefined || legal.silent ? null : legal.eirpDbm,
    busy,
    clients,
    health: legal === undefined ? ('down' as const) : ('good' as const),
    silent: legal?.silent ?? true,
    jammed: interferers.some(isJammer),
    interfered: interferers.length > 0,
  };
}

function radioOfState(radio: RadioStanding) {
  const { legal, carriedMbps = null, interferers, radars } = radio;
  const strongest = interferers.toSorted((one, other) => other.peakDbm - one.peakDbm)[0];
  const channel = legal?.channel ?? null;
  const { interfered: _, ...common } = radioOfHeartbeat(radio);
  return {
    ...common,
    primaryOffset:
      channel === null
        ? null
        : Math.round((channel.primaryMhz - channel.centerMhz + channel.widthMhz / 2 - 10) / 20),
    tx: null,
    noiseDbm: null,
    mbps: carriedMbps,
    pinned: legal?.pinned ?? false,
    interferer: strongest === undefined ? ('none' as const) : looksLikeOf(strongest.looksLike),
    interfererDuty: strongest?.duty ?? null,
    interfererDbm: strongest?.peakDbm ?? null,
    anomaly: null,
    radars,
    closures: legal?.closures.length ?? 0,
    temperatureC: null,
  };
}

/** What sends does so with a known power, off every channel that radar has closed. */
function isLegal({ legal }: RadioStanding): boolean {
  if (legal === undefined || legal.silent || legal.channel === null) return true;
  const sent = span(legal.channel);
  return (
    legal.antennaGainDbi !== null &&
    legal.closures.every(({ centerMhz, widthMhz }) => {
      const half = widthMhz / 2;
      return overlapMhz({ lowMhz: centerMhz - half, highMhz: centerMhz + half }, sent) === 0;
    })
  );
}

function countBoot(store: Store): number {
  const before = store.meta('boots');
  const boots = (typeof before === 'number' ? before : 0) + 1;
  store.commit({ meta: { boots } });
  return boots;
}

function isJammer({ looksLike }: { readonly looksLike: string }): boolean {
  return looksLikeOf(looksLike).startsWith('jammer');
}

function diskFree(dir: string): number | null {
  try {
    const { bavail, blocks } = statfsSync(dir);
    return bavail / blocks;
  } catch {
    return null;
  }
}
