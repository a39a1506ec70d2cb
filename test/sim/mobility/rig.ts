/** Sites in which something moves, without hosts: the test tunes the radios itself. */
import { createRandom } from '#agents/random/philox.ts';
import type { Air, AirChange } from '#protocols/air.ts';
import { US_PER_S } from '#protocols/clock.ts';
import type { FluidAir } from '#sim/air/fluid-air.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';
import { layOut } from '#sim/layout.ts';
import { startMobility } from '#sim/mobility/mobility.ts';
import type { RoamEvent } from '#sim/mobility/roaming.ts';
import { parseScenario, type Scenario } from '#sim/scenario.ts';
import { emptyAir } from '../air/scenes.ts';

export function siteOf(parts: object): Scenario {
  return parseScenario(
    {
      name: 'moving',
      about: 'For tests.',
      site: 'hq',
      country: 'DE',
      startsAt: '2026-03-02T09:00:00+01:00',
      ...parts,
    },
    'moving',
  );
}

/** A node of one radio, `<id>/radio-0`. */
export function node(id: string, x: number, channel: object, more: object = {}) {
  return { id, at: { x, y: 0, z: 1 }, radios: [{ id: 'radio-0', channel }], ...more };
}

/** A site on the air, every radio sending on the channel it is planned for. */
export function onAir(parts: object, seed = 1) {
  const scenario = siteOf(parts);
  const layout = layOut(scenario, createRandom(seed).fork('layout'));
  const air = emptyAir();
  const clock = new VirtualClock();
  const events: RoamEvent[] = [];
  /** What movement told the air. */
  const told: AirChange[] = [];
  for (const change of layout.atStart) air.apply(change);
  const tapped = new Proxy(air, {
    get(target, name) {
      if (name === 'apply') {
        return (change: AirChange) => {
          told.push(change);
          target.apply(change);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const radios = layout.site.nodes.flatMap((one) =>
    one.radios.map(({ id, channel, eirpDbm }) => ({ id: `${one.id}/${id}`, channel, eirpDbm })),
  );
  for (const radio of radios) air.apply({ kind: 'radio', ...radio });
  const mobility = startMobility({
    layout,
    roaming: scenario.roaming,
    air: tapped,
    clock,
    isPassive: () => false,
    onEvent: (event) => events.push(event),
  });
  return {
    air,
    clock,
    events,
    told,
    mobility,
    layout,
    radios: radios.map(({ id }) => id),
    run: (seconds: number) => clock.run(clock.monotonic() + seconds * US_PER_S),
    radioOf: (client: string) => radios.find(({ id }) => isWith(air, id, client))?.id ?? null,
  };
}

export function isWith(air: Air, radio: string, client: string): boolean {
  const window = { fromUs: 0, untilUs: US_PER_S };
  return air.observe(radio, 'clients', window).some(({ id }) => id === client);
}

/** Everything that can be seen of the radios. */
export function look(air: FluidAir, radios: readonly string[]): unknown {
  const window = { fromUs: 0, untilUs: US_PER_S };
  return radios.map((id) => [
    air.tuned(id),
    air.observe(id, 'survey', window),
    air.observe(id, 'neighbours', window),
    air.observe(id, 'clients', window),
  ]);
}
