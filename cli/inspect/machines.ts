/** The chart of every role. */
import type { AnyStateMachine } from 'xstate';
import { auditorMachine } from '#machines/auditor.ts';
import { coordinatorMachine } from '#machines/coordinator.ts';
import { edgeNodeMachine } from '#machines/edge-node.ts';
import { learnerMachine } from '#machines/learner.ts';
import { policyMachine } from '#machines/policy.ts';
import { radioMachine } from '#machines/radio.ts';
import { twinMachine } from '#machines/twin.ts';
import type { Role } from '#protocols/roles.ts';

export const machines: Readonly<Record<Role, AnyStateMachine>> = {
  radio: radioMachine,
  'edge-node': edgeNodeMachine,
  coordinator: coordinatorMachine,
  auditor: auditorMachine,
  learner: learnerMachine,
  policy: policyMachine,
  twin: twinMachine,
};
