import type { ChartModel } from '../chart-model.ts';
import { type Explored, type ExploreOptions, explore } from '../explore.ts';
import { auditorModel } from './auditor.ts';
import { coordinatorModel } from './coordinator.ts';
import { edgeNodeModel } from './edge-node.ts';
import { learnerModel } from './learner.ts';
import { policyModel } from './policy.ts';
import { radioModel } from './radio.ts';
import { twinModel } from './twin.ts';

/** One role's chart, ready to be gone through. */
export interface ChartCheck {
  readonly role: string;
  run(options?: ExploreOptions): Explored;
}

export const chartChecks: readonly ChartCheck[] = [
  check(radioModel()),
  check(edgeNodeModel),
  check(coordinatorModel()),
  check(auditorModel),
  check(twinModel),
  check(learnerModel),
  check(policyModel),
];

function check<Seen>(model: ChartModel<Seen>): ChartCheck {
  return { role: model.role, run: (options) => explore(model, options) };
}
