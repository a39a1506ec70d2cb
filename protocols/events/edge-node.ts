import * as z from 'zod';
import { defineEvent } from '../event.ts';
import { Ms } from '../units.ts';

export const cloudLost = defineEvent({
  name: 'cloud.lost',
  role: 'edge-node',
  kind: 'event',
  description: 'The node no longer reaches the cloud and acts on its own.',
  data: z.strictObject({}),
});

export const cloudFound = defineEvent({
  name: 'cloud.found',
  role: 'edge-node',
  kind: 'event',
  description: 'The node reaches the cloud again.',
  data: z.strictObject({ aloneMs: Ms }),
});

export const nodeHeartbeat = defineEvent({
  name: 'heartbeat.sent',
  role: 'edge-node',
  kind: 'metric',
  description: 'The node is there.',
  data: z.strictObject({
    bootId: z.string(),
    radios: z.number().int(),
    ledgerHead: z.string(),
    ledgerLength: z.number().int(),
  }),
});

export const edgeNodeEvents = [cloudLost, cloudFound, nodeHeartbeat] as const;
