/** Updates as Protocol Buffers (proto3), signed. */
import protobuf from 'protobufjs';
import type { Outcome } from '#protocols/errors.ts';
import { type FlUpdate, flCodecs, UPDATE_BYTES_MAX } from '#protocols/learning/fl-update.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';

const text = `
syntax = "proto3";
package airguard;
enum Codec { UNSPECIFIED = 0; SIGN = 1; RANDOM_K = 2; }
message FlUpdate {
  bytes model_hash = 1;
  uint32 round = 2;
  Codec codec = 3;
  float scale = 4;
  uint32 seed = 5;
  bytes payload = 6;
  uint32 samples = 7;
  bytes signature = 8;
}
`;

const message = protobuf.parse(text, { keepCase: true }).root.lookupType('airguard.FlUpdate');

const HASH_BYTES = 32;

/** The bytes of the message. Throws where it is longer than one may be: that is a bug of the codec's. */
export function encodeUpdate(update: Omit<FlUpdate, 'signature'>, signer: Signer): Uint8Array {
  const signature = signer.sign(bytesOf({ ...update, signature: new Uint8Array(0) }));
  const bytes = bytesOf({ ...update, signature });
  if (bytes.length > UPDATE_BYTES_MAX) {
    throw new Error(`an update of ${bytes.length} bytes: expected ${UPDATE_BYTES_MAX} at most`);
  }
  return bytes;
}

/** Only what `encodeUpdate` could have written, under the key that `keyId` names. */
export function decodeUpdate(
  bytes: Uint8Array,
  keyId: string,
  keyring: Keyring,
): Outcome<FlUpdate, string> {
  const wrong = (error: string) => ({ ok: false, error }) as const;
  if (bytes.length > UPDATE_BYTES_MAX) {
    return wrong(`expected ${UPDATE_BYTES_MAX} bytes at most, came ${bytes.length}`);
  }
  const update = read(bytes);
  if (update === undefined) return wrong('expected a message FlUpdate, came other bytes');
  if (!Buffer.from(bytesOf(update)).equals(bytes)) {
    return wrong('expected the one encoding of the message, came another');
  }
  if (update.modelHash.length !== HASH_BYTES) {
    return wrong(`expected a model hash of 32 bytes, came ${update.modelHash.length}`);
  }
  if (!Number.isFinite(update.scale) || update.scale < 0) {
    return wrong(`expected a scale that is a number from 0 on, came ${update.scale}`);
  }
  const unsigned = bytesOf({ ...update, signature: new Uint8Array(0) });
  if (!keyring.verify(keyId, unsigned, update.signature)) {
    return wrong(`expected a signature of ${keyId}, came another`);
  }
  return { ok: true, value: update };
}

function bytesOf({ modelHash, codec, ...rest }: FlUpdate): Uint8Array {
  const fields = { model_hash: modelHash, codec: 1 + flCodecs.indexOf(codec), ...rest };
  return message.encode(message.create(fields)).finish();
}

interface Fields {
  readonly model_hash: Uint8Array;
  readonly round: number;
  readonly codec: number;
  readonly scale: number;
  readonly seed: number;
  readonly payload: Uint8Array;
  readonly samples: number;
  readonly signature: Uint8Array;
}

function read(bytes: Uint8Array): FlUpdate | undefined {
  let fields: Fields;
  try {
    // Fields that are not there read as their defaults, from the prototype.
    fields = message.decode(bytes) as unknown as Fields;
  } catch {
    return undefined;
  }
  const codec = flCodecs[fields.codec - 1];
  if (codec === undefined) return undefined;
  const { round, scale, seed, samples } = fields;
  const modelHash = Uint8Array.from(fields.model_hash);
  const payload = Uint8Array.from(fields.payload);
  const signature = Uint8Array.from(fields.signature);
  return { modelHash, round, codec, scale, seed, payload, samples, signature };
}
