/**
 * Names the version of a chart: SHA-256 over its definition with the keys of objects in order.
 * Functions are left out, since their text differs between builds; a place where one stands counts
 * by its XState kind or as `null`.
 */
import { hash } from 'node:crypto';
import type { AnyStateMachine } from 'xstate';

export function machineHash(machine: AnyStateMachine): string {
  const { actors, actions, guards, delays } = machine.implementations;
  const named = [actors, actions, guards, delays].map((table) => Object.keys(table).sort());
  return hash('sha256', text([machine.config, named]));
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'function') return 'type' in part ? part.type : null;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
