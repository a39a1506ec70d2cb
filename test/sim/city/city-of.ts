/** Small cities for tests. */
import { parseScenario, type Scenario } from '#sim/scenario.ts';

const channels = [
  { band: '5', number: 100 },
  { band: '2.4', number: 6 },
];

/** Three kinds of neighbourhood, `huts`, `yards` and `lofts`, 2 + 2 + 1 of them. */
export function cityOf(changed: object = {}, city: object = {}): Scenario {
  const generate = { nodes: 2, radios: 2, clientsPerRadio: 2, spacingM: 15, channels };
  return parseScenario(
    {
      name: 'town',
      about: 'For tests.',
      site: 'town',
      country: 'DE',
      startsAt: '2026-03-02T09:00:00+01:00',
      duration: '2m',
      faults: [
        { kind: 'radar', when: { within: ['70s', '90s'] } },
        { kind: 'crash', when: { perNodeHour: 20 }, lasts: '5s' },
      ],
      city: {
        gapM: 60,
        facadeDb: 28,
        neighbourhoods: [
          { kind: 'huts', count: 2, generate },
          { kind: 'yards', count: 2, generate: { ...generate, nodes: 3 } },
          { kind: 'lofts', count: 1, generate: { ...generate, nodes: 5, radios: 1 } },
        ],
        ...city,
      },
      ...changed,
    },
    'town',
  );
}
