/** The environment port filled from the simulated air. */
import type { Environment, Observation, Step } from '#protocols/environment.ts';
import { log } from '#protocols/math.ts';
import { createFluidAir, type FluidAir } from '#sim/air/fluid-air.ts';
import { buildScene } from '#sim/air/scene.ts';
import { measureSite } from '#sim/sites/measure.ts';
import { placeOf, type SiteSetup } from './site.ts';

/** Below this a client counts as served this much. */
const FLOOR_MBPS = 0.01;
const window = { fromUs: 0, untilUs: 1 };

export class FluidEnvironment implements Environment<SiteSetup> {
  #setup: SiteSetup | undefined;
  #air: FluidAir | undefined;
  #ids: readonly string[] = [];
  #worth = 0;
  /** By radio, the place of the option it is on. */
  taken = new Int32Array(0);

  reset(setup: SiteSetup): Observation {
    const { scene, shadowingDb, random, options } = setup;
    const air = createFluidAir({ random, shadowingDb });
    buildScene(scene, air);
    this.#setup = setup;
    this.#air = air;
    this.#ids = scene.radios.map(({ id }) => id);
    this.taken = Int32Array.from(scene.radios, ({ channel }, at) => placeOf(options[at]!, channel));
    this.#worth = this.worth();
    return this.observe();
  }

  step(actions: Int32Array): Step {
    actions.forEach((option, radio) => {
      if (option >= 0) this.take(radio, option);
    });
    const worth = this.worth();
    const radios = this.#ids.length;
    const rewards = new Float64Array(radios).fill((worth - this.#worth) / radios);
    this.#worth = worth;
    return { rewards, observation: this.observe() };
  }

  observe(): Observation {
    return { reports: measureSite(this.#open, this.#ids, 1_000_000), options: this.setup.options };
  }

  get setup(): SiteSetup {
    if (this.#setup === undefined) throw new Error('the environment was not reset yet');
    return this.#setup;
  }

  get radios(): number {
    return this.#ids.length;
  }

  take(radio: number, option: number): void {
    if (this.taken[radio] === option) return;
    this.taken[radio] = option;
    const channel = this.setup.options[radio]![option]!;
    this.#open.apply({ kind: 'radio', id: this.#ids[radio]!, channel });
  }

  /** Sum over all clients of the logarithm of what they get, as the utility counts it. */
  worth(): number {
    let sum = 0;
    for (const id of this.#ids) {
      for (const { offeredMbps, throughputMbps } of this.#open.observe(id, 'clients', window)) {
        sum += log(Math.max(FLOOR_MBPS, Math.min(throughputMbps, offeredMbps)));
      }
    }
    return sum;
  }

  get #open(): FluidAir {
    if (this.#air === undefined) throw new Error('the environment was not reset yet');
    return this.#air;
  }
}
