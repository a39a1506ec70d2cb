/** Rules that look at little or nothing: what everything else has to beat. */
import { anyChannel, cheapest, costsAt, type Instance } from './instance.ts';
import { heuristic, type Method } from './method.ts';

export const roundRobin: Method = {
  name: 'round-robin',
  about: 'The channels in turn, in the order of the list',
  source: 'what an installer does',
  solve: (instance) =>
    heuristic(Int32Array.from(instance.names, (_, at) => nextAllowed(instance, at))),
};

export const randomAssignment: Method = {
  name: 'random',
  about: 'A channel drawn for each',
  source: 'the least that is asked of a method is to beat it',
  solve: (instance, { random }) =>
    heuristic(Int32Array.from(instance.names, (_, vertex) => anyChannel(instance, vertex, random))),
};

export const greedy: Method = {
  name: 'greedy',
  about: 'In the order of the list, each where it costs least beside those before it',
  source: 'Welsh and Powell, The Computer Journal 10(1), 1967, with weights and the order as given',
  solve(instance) {
    const assignment = new Int32Array(instance.names.length).fill(-1);
    for (let vertex = 0; vertex < assignment.length; vertex += 1) {
      assignment[vertex] = cheapest(costsAt(instance, assignment, vertex));
    }
    return heuristic(assignment);
  },
};

/** Its turn's channel, or the next that it may have. */
function nextAllowed({ channels, own }: Instance, vertex: number): number {
  for (let step = 0; step < channels; step += 1) {
    const channel = (vertex + step) % channels;
    if (own === undefined || Number.isFinite(own[vertex * channels + channel])) return channel;
  }
  return 0;
}
