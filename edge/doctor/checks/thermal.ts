import { type Check, fault, fine, warning } from '../check.ts';
import { type System, textOf } from '../system.ts';

interface Zone {
  readonly name: string;
  readonly celsius: number;
  /** Where the kernel slows the machine down, and where it switches it off; none for some zones. */
  readonly slowsAt: number | undefined;
  readonly endsAt: number | undefined;
}

/** Nearer than this to being switched off is a fault. */
const NEAR = 5;
const FOLDER = '/sys/class/thermal';

export const thermal: Check = {
  name: 'thermal',
  about: 'How hot the machine is, by its thermal zones',
  look(system) {
    const names = system.list(FOLDER);
    const zones = (names.ok ? names.value : [])
      .filter((name) => name.startsWith('thermal_zone'))
      .flatMap((name) => zoneOf(system, `${FOLDER}/${name}`) ?? []);
    const [hottest] = zones.toSorted((a, b) => b.celsius - a.celsius);
    if (hottest === undefined) {
      const reason =
        'no thermal zone tells a temperature: the node cannot slow down before it is too hot';
      return [warning('thermal', reason, `ls ${FOLDER} /sys/class/hwmon`)];
    }
    const dying = zones.find(
      ({ celsius, endsAt }) => endsAt !== undefined && celsius > endsAt - NEAR,
    );
    if (dying !== undefined) {
      const reason = `${dying.name} is at ${dying.celsius} °C and the machine ends at ${dying.endsAt} °C: it needs air`;
      return [fault('thermal', reason, `cat ${FOLDER}/thermal_zone*/temp`)];
    }
    const slow = zones.find(({ celsius, slowsAt }) => slowsAt !== undefined && celsius >= slowsAt);
    if (slow !== undefined) {
      const reason = `${slow.name} is at ${slow.celsius} °C and slows the machine down from ${slow.slowsAt} °C on`;
      return [warning('thermal', reason, `cat ${FOLDER}/thermal_zone*/temp`)];
    }
    return [
      fine(
        'thermal',
        `${zones.length} zones, the hottest ${hottest.name} at ${hottest.celsius} °C`,
      ),
    ];
  },
};

/** Undefined while its sensor is off. */
function zoneOf(system: System, path: string): Zone | undefined {
  const celsius = celsiusOf(textOf(system, `${path}/temp`));
  if (celsius === undefined) return undefined;
  const trips = new Map<string, number>();
  for (let trip = 0; ; trip += 1) {
    const type = textOf(system, `${path}/trip_point_${trip}_type`);
    if (type === undefined) break;
    const at = celsiusOf(textOf(system, `${path}/trip_point_${trip}_temp`));
    if (at !== undefined && at > 0) trips.set(type, Math.min(at, trips.get(type) ?? at));
  }
  const name = textOf(system, `${path}/type`) ?? path;
  const slowsAt = trips.get('passive') ?? trips.get('hot');
  return { name, celsius, slowsAt, endsAt: trips.get('critical') };
}

/** Of a thousandth of a degree. */
function celsiusOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  return Number(text) / 1_000;
}
