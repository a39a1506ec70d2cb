import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  policySchema,
  readPolicyFile,
  readSitePolicyFile,
  sitePolicySchema,
} from '#agents/regulation/policy-file.ts';
import { InputError } from '#protocols/errors.ts';
import { policyHash } from '#protocols/policy.ts';
import { usualPolicy } from '#protocols/site-policy.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs', 'deciding');
const folder = fs.mkdtempSync(join(tmpdir(), 'airguard-policy-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('the example of the docs is a policy, in YAML as in JSON', () => {
  const example = readPolicyFile(join(docs, 'policy.example.yaml'));
  assert.equal(example.name, 'Head office');
  const json = written(JSON.stringify(example));
  assert.equal(policyHash(readPolicyFile(json)), policyHash(example));
});

test('the published schema is that of the code', () => {
  assert.equal(fs.readFileSync(join(docs, 'policy.schema.json'), 'utf8'), policySchema());
});

test('what is no policy is refused in one line, with the place', () => {
  for (const [text, message] of [
    ['version: 2\nname: x', /version: Invalid input: expected 1/],
    [
      'version: 1\nname: x\nquietHours: [{ from: "25:00", to: "26:00" }]',
      /quietHours\.0\.from: a time/,
    ],
    [
      'version: 1\nname: x\nmaxChanges: [{ changes: 1, per: soon }]',
      /maxChanges\.0\.per: a duration/,
    ],
    ['version: 1\nname: x\nchannel: 36', /Unrecognized key: "channel"/],
    ['{ version: 1', /expected YAML or JSON/],
    ['', /the whole: Invalid input/],
  ] as const) {
    assert.throws(
      () => readPolicyFile(written(text)),
      (error) =>
        error instanceof InputError && message.test(error.message) && !error.message.includes('\n'),
      text,
    );
  }
  assert.throws(() => readPolicyFile(join(folder, 'nowhere')), /cannot be read/);
});

test('a site policy is read likewise, its published schema is that of the code, and its example is one', () => {
  const example = readSitePolicyFile(join(docs, 'site-policy.example.yaml'));
  assert.equal(example.backup?.centerMhz, 5_240);
  assert.equal(fs.readFileSync(join(docs, 'site-policy.schema.json'), 'utf8'), sitePolicySchema());
  // What is left out is as usual.
  assert.deepEqual(readSitePolicyFile(written('{}')), usualPolicy);
  for (const [text, message] of [
    ['quietHours: [{ from: "8:00", to: "18:00" }]', /quietHours\.0\.from: a time of day/],
    [
      'backup: { band: "5", number: 37 }',
      /backup: expected a channel of IEEE 802\.11, came number 37/,
    ],
    ['pin: [ap1/radio-0]', /expected a site policy, .*"pin"; docs\/deciding\/site-policy\.schema/],
  ] as const) {
    assert.throws(
      () => readSitePolicyFile(written(text)),
      (error) =>
        error instanceof InputError && message.test(error.message) && !error.message.includes('\n'),
      text,
    );
  }
});

function written(text: string): string {
  const path = join(folder, 'policy');
  fs.writeFileSync(path, text);
  return path;
}
