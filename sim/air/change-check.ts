/** What every air refuses. */
import { AirChange } from '#protocols/air.ts';
import { InputError } from '#protocols/errors.ts';
import type { GivenLink } from './given-losses.ts';

/** Throws when a figure is none, or out of its range, or a field is not of this kind of change. */
export function checkChange(change: AirChange): void {
  const parsed = AirChange.safeParse(change);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const { kind, id } = change as { readonly kind?: unknown; readonly id?: unknown };
  const what = typeof id === 'string' ? `${String(kind)} '${id}'` : String(kind);
  const where = issue?.path.join('.') || 'the change';
  throw new InputError(`change of the air, ${what}: at ${where}: ${issue?.message}`);
}

/** For a link one of whose ends stands nowhere. */
export function unknownEnd({ from, to }: GivenLink, isFrom: boolean): InputError {
  return new InputError(
    `change of the air, link '${from}' to '${to}': expected a radio, client or emitter of the air, ` +
      `came '${isFrom ? from : to}'`,
  );
}

/** For a client that stands nowhere. */
export function unknownClient(id: string): InputError {
  return new InputError(`no client '${id}' in the air: expected one that the scene places`);
}
