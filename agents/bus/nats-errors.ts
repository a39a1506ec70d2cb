/** What the library and the broker throw, in the words of the bus. */
import type { BusError, BusErrorCode } from './bus.ts';

/** Codes of the JetStream API: nats-server, server/errors.json. */
const apiCodes: Readonly<Record<number, BusErrorCode>> = {
  10071: 'conflict',
  10164: 'conflict',
  10037: 'not_found',
  10014: 'not_found',
  10059: 'not_found',
  10054: 'limit',
  10077: 'limit',
  10047: 'limit',
  10023: 'limit',
  10028: 'limit',
};

const names: Readonly<Record<string, BusErrorCode>> = {
  TimeoutError: 'timed_out',
  NoResponders: 'disconnected',
  JetStreamNotEnabled: 'disconnected',
  ClosedConnectionError: 'closed',
  DrainingConnectionError: 'closed',
  PermissionViolationError: 'not_permitted',
  AuthorizationError: 'not_permitted',
  StreamNotFoundError: 'not_found',
  ConsumerNotFoundError: 'not_found',
};

export function failed(code: BusErrorCode, message: string): { ok: false; error: BusError } {
  return { ok: false, error: { code, message } };
}

/** The cause counts before what wraps it: a request wraps whatever ended it. */
export function toBusError(error: unknown): BusError {
  if (!(error instanceof Error)) return { code: 'disconnected', message: String(error) };
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const api =
      'code' in cause && typeof cause.code === 'number' ? apiCodes[cause.code] : undefined;
    const code = api ?? names[cause.name];
    if (code !== undefined) return { code, message: error.message };
  }
  return { code: 'disconnected', message: error.message };
}

/** An error in the answer of the JetStream API. */
export function fromApi(error: {
  err_code?: number;
  code?: number;
  description?: string;
}): BusError {
  const code = apiCodes[error.err_code ?? 0] ?? (error.code === 404 ? 'not_found' : 'limit');
  return { code, message: error.description ?? 'the broker refused it' };
}
