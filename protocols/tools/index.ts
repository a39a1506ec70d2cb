import type { Role } from '../roles.ts';
import type { Tool } from '../tool.ts';
import { auditorTools } from './auditor.ts';
import { coordinatorTools } from './coordinator.ts';
import { edgeNodeTools } from './edge-node.ts';
import { learnerTools } from './learner.ts';
import { policyTools } from './policy.ts';
import { radioTools } from './radio.ts';
import { twinTools } from './twin.ts';

/** Every tool, by the role that serves it. */
export const toolsByRole: Record<Role, readonly Tool[]> = {
  radio: radioTools,
  'edge-node': edgeNodeTools,
  coordinator: coordinatorTools,
  auditor: auditorTools,
  twin: twinTools,
  learner: learnerTools,
  policy: policyTools,
};

const byName = new Map<string, Tool>(
  Object.values(toolsByRole)
    .flat()
    .map((tool) => [tool.name, tool]),
);

export function findTool(name: string): Tool | undefined {
  return byName.get(name);
}
