// Verifies an exported ledger with node:crypto alone: node verify-ledger.mjs FILE PUBLIC-KEY [WRITER]
// The key, Ed25519 in base64url, is that of WRITER, `cloud` by default. Chains of others are verified
// as far as the heads go that this writer noted. Exits 1 when something does not hold.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file = '', x = '', trusted = 'cloud'] = process.argv.slice(2);
const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);

/** RFC 8785: members in the order of their names, no white space. @param {any} v @returns {string} */
const canonical = (v) => {
  if (typeof v !== 'object' || v === null) return JSON.stringify(v);
  if (Array.isArray(v)) return `[${v.map(canonical).join(',')}]`;
  const members = Object.keys(v).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(v[name])}`).join(',')}}`;
};

/** @type {Record<string, string[]>} hashes of the entries of each writer */
const chains = { [trusted]: [] };
const heads = [];
const wrong = lines.length === 0 ? ['no entries'] : [];
for (const entry of lines.map((line) => JSON.parse(line))) {
  const { signature, ...signed } = entry;
  const { writer, index, previous, kind, body } = entry;
  chains[writer] ??= [];
  const chain = chains[writer];
  if (index !== chain.length || previous !== (chain.at(-1) ?? '0'.repeat(64)))
    wrong.push(`${writer} ${index}: does not follow`);
  chain.push(createHash('sha256').update(canonical(entry)).digest('hex'));
  if (writer !== trusted) continue;
  const bytes = Buffer.from(signature, 'base64url');
  if (!verify(null, Buffer.from(canonical(signed)), key, bytes))
    wrong.push(`${writer} ${index}: not signed`);
  if (kind === 'heads') heads.push(...body.heads);
}
if (chains[trusted]?.length === 0) wrong.push(`${trusted}: no entries`);
for (const { writer, length, head } of heads)
  if (length > 0 && chains[writer]?.[length - 1] !== head)
    wrong.push(`${writer} ${length - 1}: not what was noted`);
process.stdout.write(`${wrong.join('\n')}\n${lines.length} entries, ${wrong.length} faults\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
