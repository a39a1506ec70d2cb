/** Signatures over plain JSON: Ed25519 (RFC 8032) over the RFC 8785 form of all but `signature`. */
import { canonicalJson, sha256OfJson } from '#protocols/canonical-json.ts';
import { findTool } from '#protocols/tools/index.ts';
import type { Keyring, Signer } from '#protocols/verdict.ts';
import { fromBase64url, toBase64url } from '../keys/base64url.ts';

export function signed<Fields extends object>(
  fields: Fields,
  signer: Signer,
): Fields & { signature: string } {
  return { ...fields, signature: toBase64url(signer.sign(messageOf(fields))) };
}

/** Whether `keyId` signed it. Anything that is no plain JSON was signed by nobody. */
export function isSignedBy(
  keyId: string,
  value: { readonly signature: string },
  keyring: Keyring,
): boolean {
  const { signature, ...fields } = value;
  const bytes = fromBase64url(signature);
  if (bytes === undefined) return false;
  try {
    return keyring.verify(keyId, messageOf(fields), bytes);
  } catch {
    return false;
  }
}

/**
 * What a verdict or an approval binds itself to: the hash of a call's arguments as the tool's schema
 * reads them, so that a default left out and the same default written out are one call.
 */
export function hashArguments(tool: string, input: unknown): string {
  const parsed = findTool(tool)?.input.safeParse(input);
  return sha256OfJson(parsed?.success ? parsed.data : (input ?? null));
}

const encoder = new TextEncoder();

function messageOf(fields: object): Uint8Array {
  return encoder.encode(canonicalJson(fields));
}
