/** The library's own way to publish durably, as the benchmarks' measure of ours. */
import { jetstream } from '@nats-io/jetstream';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';

export interface LibraryPublisher {
  publish(subject: string, data: Uint8Array, id: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function openLibraryPublisher(options: {
  readonly servers: string;
  readonly nkeySeed: string;
}): Promise<LibraryPublisher> {
  const connection = await connect({
    servers: options.servers,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(options.nkeySeed)),
  });
  const client = jetstream(connection);
  return {
    publish: (subject, data, id) => client.publish(subject, data, { msgID: id, timeout: 30_000 }),
    close: () => connection.close(),
  };
}
