/** The library's own request and answer, as the benchmarks' measure of ours. */
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';

interface Options {
  readonly servers: string;
  readonly nkeySeed: string;
}

export interface LibraryRequester {
  request(subject: string, data: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}

export async function openLibraryRequester(options: Options): Promise<LibraryRequester> {
  const connection = await open(options);
  return {
    request: (subject, data) => connection.request(subject, data, { timeout: 10_000 }),
    close: () => connection.close(),
  };
}

/** Answers every request with the same bytes. */
export async function openLibraryResponder(
  options: Options & { readonly subject: string; readonly answer: Uint8Array },
): Promise<void> {
  const connection = await open(options);
  connection.subscribe(options.subject, {
    callback: (_, message) => {
      message.respond(options.answer);
    },
  });
  await connection.flush();
}

function open({ servers, nkeySeed }: Options) {
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(nkeySeed));
  return connect({ servers, authenticator });
}
