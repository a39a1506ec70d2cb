/** The best that plans reach on a site, on the air itself. */
import type { Random } from '#protocols/random.ts';
import type { FluidEnvironment } from './environment.ts';
import type { SiteSetup } from './site.ts';

/**
 * By trying all plans; the mean over clients of the logarithm of throughput. Where all radios may take the
 * same channels and nobody else is there, channels are alike, and a new one is opened only in the order of
 * the list.
 */
export function optimumOf(environment: FluidEnvironment, setup: SiteSetup): number {
  environment.reset(setup);
  let best = Number.NEGATIVE_INFINITY;
  const { radios } = environment;
  const channels = setup.options[0]!.length;
  const areAlike = setup.scene.unmanaged.length === 0 && setup.scene.emitters.length === 0;
  const go = (radio: number, opened: number) => {
    if (radio === radios) {
      best = Math.max(best, environment.worth());
      return;
    }
    const usable = areAlike ? Math.min(channels, opened + 1) : channels;
    for (let option = 0; option < usable; option += 1) {
      environment.take(radio, option);
      go(radio + 1, Math.max(opened, option + 1));
    }
  };
  go(0, 0);
  return best / setup.scene.clients.length;
}

/** By climbing from so many plans drawn by chance, radio by radio, until none gains. */
export function climbed(
  environment: FluidEnvironment,
  setup: SiteSetup,
  starts: number,
  random: Random,
): number {
  environment.reset(setup);
  let best = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < starts; start += 1) {
    for (let radio = 0; radio < environment.radios; radio += 1) {
      environment.take(radio, random.below(setup.options[radio]!.length));
    }
    let worth = environment.worth();
    for (let hasMoved = true; hasMoved; ) {
      hasMoved = false;
      for (let radio = 0; radio < environment.radios; radio += 1) {
        const before = environment.taken[radio]!;
        let to = before;
        setup.options[radio]!.forEach((_, option) => {
          environment.take(radio, option);
          const now = environment.worth();
          if (now <= worth + 1e-9) return;
          worth = now;
          to = option;
        });
        environment.take(radio, to);
        hasMoved ||= to !== before;
      }
    }
    best = Math.max(best, worth);
  }
  return best / setup.scene.clients.length;
}
