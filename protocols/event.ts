import type * as z from 'zod';
import type { Role } from './roles.ts';

/**
 * How an event travels. An `event` is appended to a stream and is never lost once acknowledged; a
 * `metric` is published once and may be lost, since the next one replaces it.
 */
export type EventKind = 'event' | 'metric';

/** Something that happened. Its name, `<thing>.<past>`, is the type in a chart and the subject's tail. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly role: Role;
  readonly kind: EventKind;
  readonly description: string;
  readonly data: Data;
}

export type EventData<E extends EventDefinition> = z.infer<E['data']>;

const eventName = /^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/;

export function defineEvent<Data extends z.ZodType>(
  event: EventDefinition<Data>,
): EventDefinition<Data> {
  if (!eventName.test(event.name)) {
    throw new Error(`event name '${event.name}': expected <thing>.<past>, such as radar.detected`);
  }
  return event;
}
