/** Reads conduct off events of radios, as they come over a bus. */
import type { EventData, EventDefinition } from '#protocols/event.ts';
import {
  channelChanged,
  radarDetected,
  radioEvents,
  stateChanged,
} from '#protocols/events/radio.ts';
import { parseSubject } from '#protocols/subjects.ts';
import { decodeEnvelope } from '../../host/event-codec.ts';
import type { Observed } from '../observed.ts';

type Read = (data: never, atUs: number, radio: string) => Observed;

const readers = new Map<string, Read>([
  [
    stateChanged.name,
    (state: EventData<typeof stateChanged>, atUs, radio) => ({ kind: 'state', atUs, radio, state }),
  ],
  [
    radarDetected.name,
    ({ centerMhz, widthMhz }: EventData<typeof radarDetected>, atUs, radio) => ({
      kind: 'radar',
      atUs,
      radio,
      centerMhz,
      widthMhz,
    }),
  ],
  [
    channelChanged.name,
    ({ from, to, silentMs, cause }: EventData<typeof channelChanged>, atUs, radio) => ({
      kind: 'moved',
      atUs,
      radio,
      from,
      to,
      silentMs,
      cause,
    }),
  ],
]);

const definitions = new Map<string, EventDefinition>(
  radioEvents.filter(({ name }) => readers.has(name)).map((event) => [event.name, event]),
);

/** What one event shows; undefined where it shows nothing, or is none. */
export function observedInEvent(subject: string, data: Uint8Array): Observed | undefined {
  const name = parseSubject(subject)?.name.join('.');
  const read = name === undefined ? undefined : readers.get(name);
  if (read === undefined) return undefined;
  const came = decodeEnvelope(subject, data, (wanted) => definitions.get(wanted));
  if (!came.ok) return undefined;
  const { atMs, source, data: content } = came.value.envelope;
  // The definition of that name has parsed it.
  return read(content as never, atMs * 1_000, source);
}
