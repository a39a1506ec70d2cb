import { median, type Surroundings } from '../surroundings.ts';

/** One sender that moved, or was turned down, says nothing of who hears it. */
const SENDERS_LEAST = 4;

/** By how much louder a radio hears than at first: the median over the senders that it heard all along. */
export function driftDb({ heard }: Surroundings, radio: string): number | undefined {
  const changes = [...(heard.get(radio)?.values() ?? [])].flatMap(({ changeDb }) => changeDb ?? []);
  return changes.length < SENDERS_LEAST ? undefined : median(changes);
}
