/** What it takes to score every channel of ten thousand radios, from calls as they come to answers. */
import { PolicyDesk, policyPorts } from '#agents/policy.ts';
import { channelFeatures, FEATURE_VERSION } from '#agents/policy-net/features.ts';
import { PolicyNet } from '#agents/policy-net/forward.ts';
import { shapes } from '#agents/policy-net/weights.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { Random } from '#protocols/random.ts';
import type { ToolInput } from '#protocols/tool.ts';
import { type evaluate, RADIOS_A_CALL } from '#protocols/tools/policy.ts';
import { atMost, type BenchOptions, median, type Row, told } from '../bench.ts';

const RADIOS = 10_000;
const OPTIONS = 4;
/** Runs before it counts: by then the engine has compiled what it will. */
const WARM = 10;
/** Neighbours of a radio, as in a dense site. */
const HEARD = 10;
const hash = '0'.repeat(64);

export async function rows({ repeats }: BenchOptions): Promise<Row[]> {
  const random = createRandom('bench/inference');
  const net = new PolicyNet(drawn(random.fork('weights')));
  const card = {
    modelSha256: hash,
    featureVersion: FEATURE_VERSION,
    temperature: 1,
    usable: false,
    because: 'drawn by chance',
  };
  const desk = new PolicyDesk([{ hash, card, net }]);
  const calls = Array.from({ length: RADIOS / RADIOS_A_CALL }, (_, call) =>
    drawnCall(random.fork(`call/${call}`)),
  );
  const { evaluate: port } = policyPorts(desk);
  const spent: number[] = [];
  for (let repeat = 0; repeat < repeats + WARM; repeat += 1) {
    calls.forEach((call, place) => {
      desk.put(String(place), call);
    });
    const before = process.cpuUsage();
    port.run(
      { calls: calls.map((_, place) => String(place)) },
      undefined as never,
      () => undefined,
    );
    const { user, system } = process.cpuUsage(before);
    if (repeat >= WARM) spent.push((user + system) / 1_000);
  }
  const what = `policy, ${RADIOS} radios with ${OPTIONS} channels each and ${HEARD} neighbours, in calls of ${RADIOS_A_CALL}, CPU, median`;
  return [
    atMost(what, median(spent), 'ms', 100),
    told('the same, a radio', (median(spent) * 1_000) / RADIOS, 'µs'),
  ];
}

function drawnCall(random: Random): ToolInput<typeof evaluate> {
  const channel = (place: number) =>
    channelFeatures.map((name) => {
      if (name === 'centerMhz' || name === 'primaryMhz') return 5180 + 20 * place;
      return name === 'widthMhz' ? 20 : random.uniform();
    });
  const radios = Array.from({ length: RADIOS_A_CALL }, (_, radio) => ({
    id: `ap${radio}/radio-0`,
    features: [
      random.below(10),
      random.uniform() * 100,
      -60,
      -70,
      ...channel(random.below(OPTIONS)),
      ...Array.from({ length: OPTIONS }, (__, place) => channel(place)).flat(),
    ],
  }));
  const edges: [number, number, number][] = [];
  for (let radio = 0; radio < RADIOS_A_CALL; radio += 1) {
    for (let step = 1; step <= HEARD / 2; step += 1) {
      edges.push([radio, (radio + step) % RADIOS_A_CALL, 0.3 + random.uniform()]);
    }
  }
  return { modelHash: hash, featureVersion: FEATURE_VERSION, radios, edges };
}

function drawn(random: Random) {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((product, size) => product * size, 1)).map(
        () => random.normal() / 6,
      ),
    ]),
  );
}
