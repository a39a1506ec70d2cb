import * as z from 'zod';
import { defineEvent } from '../event.ts';

export const quarantineLifted = defineEvent({
  name: 'quarantine.lifted',
  role: 'auditor',
  kind: 'event',
  description: 'What a node reports counts again: a person has looked after it.',
  data: z.strictObject({ node: z.string(), reason: z.string() }),
});

export const auditorEvents = [quarantineLifted] as const;
