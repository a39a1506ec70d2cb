import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { fromBase64url, toBase64url } from '#agents/keys/base64url.ts';
import { keyringOf, signerFromSeed } from '#agents/keys/ed25519.ts';
import { keyringOfTrust, loadKeys, loadTrust, makeOrLoadKeys } from '#agents/keys/key-files.ts';

/** RFC 8032 section 7.1, tests 1, 2, 3 and that of SHA(abc): seed, public key, message, signature. */
const vectors = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
] as const;

test('signatures and public keys are those of RFC 8032', () => {
  for (const [seed, publicKey, message, signature] of vectors) {
    const signer = signerFromSeed('ap1', Buffer.from(seed, 'hex'));
    const bytes = Buffer.from(message, 'hex');
    assert.equal(Buffer.from(signer.publicKey).toString('hex'), publicKey);
    assert.equal(Buffer.from(signer.sign(bytes)).toString('hex'), signature);
    const keyring = keyringOf({ ap1: signer.publicKey });
    assert(keyring.verify('ap1', bytes, Buffer.from(signature, 'hex')));
  }
});

test('a signature holds for its key, message and bytes alone', () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(seed, fc.uint8Array(), fc.nat(), (bytes, message, flip) => {
      const signer = signerFromSeed('a', bytes);
      const other = signerFromSeed(
        'b',
        bytes.map((byte) => byte ^ 1),
      );
      const keyring = keyringOf({ b: other.publicKey, a: signer.publicKey });
      const signature = signer.sign(message);
      const broken = signature.slice();
      broken[flip % 64]! ^= 1 << (flip % 8);

      assert.deepEqual(keyring.keyIds(), ['a', 'b']);
      assert(keyring.verify('a', message, signature));
      assert(!keyring.verify('b', message, signature));
      assert(!keyring.verify('c', message, signature));
      assert(!keyring.verify('a', message, broken));
      assert(!keyring.verify('a', message, signature.slice(1)));
      assert(!keyring.verify('a', new Uint8Array([...message, 0]), signature));
    }),
    { numRuns: 30 },
  );
  assert.throws(() => signerFromSeed('a', new Uint8Array(31)), /expected 32 bytes, came 31/);
  assert.throws(() => keyringOf({ a: new Uint8Array(33) }), /'a': expected 32 bytes, came 33/);
});

test('base64url is exact both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
    }),
  );
  for (const text of ['a', 'AB==', 'A+', '*', 'AB']) assert.equal(fromBase64url(text), undefined);
});

test('keys are made once, for their owner alone, and found again', (context) => {
  const directory = freshDirectory(context);
  const first = makeOrLoadKeys(directory, ['auditor', 'ap1']);
  const second = makeOrLoadKeys(directory, ['ap1', 'ap2']);

  assert.deepEqual(second.get('ap1')?.signer.publicKey, first.get('ap1')?.signer.publicKey);
  assert.equal(second.get('ap1')?.natsSeed, first.get('ap1')?.natsSeed);
  assert.equal(loadKeys(directory, 'ap2').natsPublicKey, second.get('ap2')?.natsPublicKey);
  assert.equal(modeOf(directory), 0o700);
  const files = fs.readdirSync(directory).sort();
  assert.deepEqual(files, [
    'ap1.nkey',
    'ap1.seed',
    'ap2.nkey',
    'ap2.seed',
    'auditor.nkey',
    'auditor.seed',
    'trust.json',
  ]);
  for (const file of files) {
    if (file !== 'trust.json') assert.equal(modeOf(join(directory, file)), 0o600);
  }
});

test('trust.json holds every public key and no secret', (context) => {
  const directory = freshDirectory(context);
  const keys = makeOrLoadKeys(directory, ['auditor', 'ap1']);
  makeOrLoadKeys(directory, ['ap2']);
  const trust = loadTrust(directory);
  const text = fs.readFileSync(join(directory, 'trust.json'), 'utf8');

  assert.deepEqual(Object.keys(trust.principals), ['auditor', 'ap1', 'ap2']);
  for (const [name, { signer, natsSeed, natsPublicKey }] of keys) {
    assert(keyringOfTrust(trust).verify(name, Buffer.from('x'), signer.sign(Buffer.from('x'))));
    assert.equal(trust.principals[name]?.nkey, natsPublicKey);
    assert(!text.includes(natsSeed));
    assert(!text.includes(fs.readFileSync(join(directory, `${name}.seed`), 'utf8').trim()));
  }
});

test('keys that others can read, or that are none, are refused in one line without the secret', (context) => {
  const directory = freshDirectory(context);
  makeOrLoadKeys(directory, ['ap1']);
  const seed = join(directory, 'ap1.seed');
  const secret = fs.readFileSync(seed, 'utf8').trim();
  const refused = (expected: RegExp) =>
    assert.throws(
      () => loadKeys(directory, 'ap1'),
      (error: Error) => {
        assert.match(error.message, expected);
        assert(!error.message.includes('\n') && !error.message.includes(secret));
        return error.name === 'InputError';
      },
    );

  fs.chmodSync(seed, 0o640);
  refused(/ap1\.seed: expected mode 600, came 640/);
  fs.chmodSync(seed, 0o600);
  fs.chmodSync(directory, 0o755);
  refused(/expected mode 700, came 755/);
  fs.chmodSync(directory, 0o700);
  fs.writeFileSync(seed, secret.slice(1));
  refused(/ap1\.seed: expected an Ed25519 seed, 32 bytes in base64url/);
  fs.writeFileSync(seed, secret);
  fs.writeFileSync(join(directory, 'ap1.nkey'), 'SUnonsense');
  refused(/ap1\.nkey: expected the seed of a user NKEY/);
  fs.rmSync(join(directory, 'ap1.nkey'));
  refused(/no key: expected to read .*ap1\.nkey/);
  assert.throws(() => loadKeys(directory, '../ap1'), /expected a lower-case token/);
  fs.writeFileSync(join(directory, 'trust.json'), '{"version":1}');
  assert.throws(
    () => loadTrust(directory),
    /trust\.json: expected public keys by principal, but [^\n]*$/,
  );
  assert.throws(() => loadTrust(join(directory, 'nowhere')), /no trusted keys: expected to read/);
});

function freshDirectory(context: TestContext): string {
  const parent = fs.mkdtempSync(join(tmpdir(), 'airguard-keys-'));
  context.after(() => fs.rmSync(parent, { recursive: true }));
  return join(parent, 'keys');
}

function modeOf(path: string): number {
  return fs.statSync(path).mode & 0o777;
}
