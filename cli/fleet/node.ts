/** Puts a node together: its host, its radios with their drivers, and its own actor. */
import type { PortContext, PortDone } from '#agents/body.ts';
import { edgeNodeBody } from '#agents/edge-node.ts';
import { Host } from '#agents/host/host.ts';
import { createCaller } from '#agents/mcp/caller.ts';
import { openDoor } from '#agents/mcp/door.ts';
import { radioBody, radioPorts } from '#agents/radio.ts';
import { goBackPort } from '#agents/radio-back.ts';
import { choosePort } from '#agents/radio-choice.ts';
import { createGate } from '#agents/regulation/gate.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { clearWaitMs, nonOccupancyMs } from '#agents/regulation/limits.ts';
import type { Domain } from '#agents/regulation/regdb.ts';
import type { Store } from '#agents/store/store.ts';
import type { StageHealth } from '#edge/pipeline/stages.ts';
import { watchPulses } from '#edge/pulse-watch.ts';
import { handOverPort } from '#edge/recorder/hand-over.ts';
import { Sampler } from '#edge/sampler.ts';
import { SpectrumWatch } from '#edge/spectrum.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { RadioState } from '#protocols/driver.ts';
import { address } from '#protocols/ids.ts';
import { domainFor } from './domain.ts';
import { openLedger } from './ledger.ts';
import type { NodeParts, RadioPart, RunningPart } from './parts.ts';
import { wallKept } from './wall-kept.ts';

/** The actor of the node itself. */
export const NODE_ACTOR = 'node';

export function startNode(parts: NodeParts): RunningPart {
  const { site, node, bus, clock, random, signer, keyring, radios } = parts;
  const startedUs = clock.monotonic();
  const gate = createGate({ keyring, selfSigner: signer });
  const caller = createCaller({ bus, clock, random: random.fork(`caller/${parts.bootId}`), site });
  const ledger = openLedger(parts, node, signer);
  const isWallKept = wallKept(parts);
  const clockTrusted = () => isWallKept && parts.clockTrusted();
  const host = new Host({ ...parts, clockTrusted, caller, ledger });
  const drivers = new Map(radios.map(({ actor, driver }) => [actor, driver]));
  const { recorder, ear, classifier } = parts;
  const watch = new SpectrumWatch(drivers, {
    ...(ear === undefined ? {} : { ear }),
    ...(classifier === undefined ? {} : { classifier }),
    record: (radio, bytes) => recorder?.append(radio, bytes, clock.now()),
  });
  const self = address(site, node, NODE_ACTOR);
  const addresses = new Map(radios.map(({ actor }) => [actor, address(site, node, actor)]));
  const addressOf = (radio: string) => addresses.get(radio) ?? address(site, node, radio);

  const sampler = new Sampler({
    clock,
    sampling: parts.sampling,
    tell: (actor, event) => host.tell(addressOf(actor), event),
    // The air names our radios `<node>/<radio>`.
    addressOf: (id) => `${site}/${id}`,
  });
  radios.forEach((radio, index) => {
    openRadio(radio);
    sampler.start(radio, phaseOf(`${node}/${radio.actor}`, index));
  });
  startNodeActor();
  // Nobody would heed radar there any more; its next start finds the radio silent and takes it up.
  host.onFailed(({ address: failed }) => {
    const radio = radios.find(({ actor }) => addressOf(actor) === failed);
    radio?.driver.listen(null, () => undefined);
  });
  const door = openDoor({ host, bus, gate, clock, clockTrusted: parts.clockTrusted });
  let lostAtUs = 0;
  const status = bus.onStatus(({ type }) => {
    if (type === 'link.lost' || type === 'disconnected') {
      lostAtUs = clock.monotonic();
      host.tell(self, { type: 'link.lost' });
    } else if (type === 'link.restored' || type === 'connected') {
      const aloneMs = Math.round((clock.monotonic() - lostAtUs) / US_PER_MS);
      host.tell(self, { type: 'link.restored', aloneMs });
    }
  });

  return {
    stop(done) {
      sampler.stop();
      status.close();
      door.close();
      host.drain(() => {
        kill();
        done();
      });
    },
    kill,
  };

  function kill(): void {
    sampler.stop();
    status.close();
    door.close();
    caller.close();
    host.halt();
    for (const { driver } of radios) driver.close();
  }

  /**
   * The hardware is opened with the process, not with the chart: a chart that resumes in the middle
   * of its life is told how its radio is now.
   */
  function openRadio(radio: RadioPart): void {
    const { actor, driver, country } = radio;
    const domain = domainFor(country, actor);
    const at = addressOf(actor);
    const isKnown = parts.store.actor(at) !== undefined;
    let opened: RadioState | undefined;
    let isStarted = false;
    driver.open(
      watchPulses((event) => host.tell(at, event)),
      (outcome) => {
        if (!outcome.ok) return;
        opened = outcome.value;
        if (isStarted && isKnown) host.tell(at, { type: 'driver.opened', state: opened });
      },
    );
    const { bands, maxWidthMhz, minEirpDbm, maxEirpDbm } = driver.capabilities();
    host.start({
      body: parts.radioBody?.(bodyFor(domain)) ?? bodyFor(domain),
      actor,
      input: {
        address: at,
        country,
        indoor: radio.indoor,
        antennaGainDbi: radio.antennaGainDbi,
        bands,
        maxWidthMhz,
        minEirpDbm,
        maxEirpDbm,
        eirpDbm: radio.eirpDbm,
        home: radio.home,
        nonOccupancyMs: nonOccupancyMs(domain),
      },
      ports: radioPorts({
        driver,
        choose: choosePort({ gate, node, legalChannels }),
        goBack: goBackPort({ gate, node, clearMs: (channel) => clearWaitMs(channel, domain) }),
        scan: watch.scan(actor),
      }),
    });
    isStarted = true;
    if (opened !== undefined && isKnown) host.tell(at, { type: 'driver.opened', state: opened });
  }

  function startNodeActor(): void {
    host.start({
      body: edgeNodeBody({
        describe: () => ({
          site,
          node,
          bootId: parts.bootId,
          radios: radios.map(({ actor, driver }) => {
            const { spectral, pulses, bands, maxWidthMhz, maxEirpDbm } = driver.capabilities();
            return {
              actor,
              driver: driver.address,
              spectral,
              pulses,
              bands: [...bands],
              maxWidthMhz,
              maxEirpDbm,
            };
          }),
        }),
        health: () => ({
          ...healthOf(host),
          clockTrusted: parts.clockTrusted(),
          upMs: Math.round((clock.monotonic() - startedUs) / US_PER_MS),
          recorder: recorder?.health() ?? null,
          stages: [...(ear?.health() ?? []), ...storeHealth(parts.store)],
        }),
        capture: watch.capture,
        replay: watch.replay,
      }),
      actor: NODE_ACTOR,
      input: { ...parts.spectrum, radios: [...drivers.keys()], spectral: watch.spectral() },
      ports: {
        look: watch.look,
        handOver: handOverPort({ recorder, bus }),
        pulse: {
          kind: 'work',
          run: (_input: null, _context: PortContext, done: PortDone<unknown>) => {
            const { length, head } = ledger.writer.state;
            const value = {
              bootId: parts.bootId,
              radios: radios.length,
              ledgerHead: head,
              ledgerLength: length,
            };
            done({ ok: true, value });
            return undefined;
          },
        },
      },
    });
  }
}

/** Of a store that is in trouble alone: without one there is no node. */
function storeHealth({ problem }: Store): StageHealth[] {
  return problem === undefined ? [] : [{ stage: 'store', state: 'degraded', why: problem }];
}

function healthOf(host: Host) {
  const { actors, refused, deadLetters } = host.health();
  return { actors: [...actors], refused: { ...refused }, deadLetters };
}

/** One body a domain: all radios of a process share it, and with it their loaded machine. */
const bodies = new Map<string, ReturnType<typeof radioBody>>();

function bodyFor(domain: Domain) {
  const known = bodies.get(domain.country);
  if (known !== undefined) return known;
  const body = radioBody((channel) => clearWaitMs(channel, domain));
  bodies.set(domain.country, body);
  return body;
}

/** Spreads what happens periodically: a share of the period that depends on the name alone. */
function phaseOf(name: string, index: number): number {
  let hash = 2166136261 ^ index;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return (hash >>> 0) / 2 ** 32;
}
