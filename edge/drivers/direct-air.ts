/** An air in this process. `clock` is the air's own: it is told how late it is before it is asked. */
import type { Air } from '#protocols/air.ts';
import type { AirLink } from '#protocols/air-link.ts';
import type { Clock } from '#protocols/clock.ts';

export function directAir(air: Air, clock: Clock): AirLink {
  return {
    load(radio) {
      air.advance(clock.monotonic());
      return air.load(radio);
    },
    tuned(radio, done) {
      done({ ok: true, value: air.tuned(radio) });
    },
    apply(radio, tuning, done) {
      air.advance(clock.monotonic());
      air.apply({ kind: 'radio', id: radio, ...tuning });
      done({ ok: true, value: undefined });
    },
    observe(radio, kind, overUs, done) {
      const untilUs = clock.monotonic();
      air.advance(untilUs);
      const fromUs = Math.max(0, untilUs - overUs);
      done({ ok: true, value: air.observe(radio, kind, { fromUs, untilUs }) });
    },
    spectrum(radio, wish, done) {
      air.advance(clock.monotonic());
      done({ ok: true, value: air.spectrum(radio, wish) });
    },
    watchRadar(radio, onHeard) {
      return air.watchRadar(radio, (radar) => onHeard(radar, false));
    },
  };
}
