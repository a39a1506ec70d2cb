import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { type Check, type Finding, fault, fine, warning } from '../check.ts';
import { type System, textOf } from '../system.ts';

const MOST_BYTES = 64 * 1_048_576;

export const model: Check = {
  name: 'model',
  about: 'Whether each model is there and is the one of its card',
  look(system, { models }) {
    if (models.length > 0) return models.map((path) => judge(system, path));
    const reason = 'no model is set or shipped, so nothing is detected in the spectrum';
    return [warning('model', reason, './airguard train cae')];
  },
};

function judge(system: System, path: string): Finding {
  const name = basename(path);
  const restore = `git checkout -- ${path}`;
  const bytes = system.read(path, MOST_BYTES);
  if (!bytes.ok) {
    return fault(
      'model',
      `${path} cannot be read: ${bytes.error.code}; nothing is detected without it`,
      restore,
    );
  }
  const sha256 = createHash('sha256').update(bytes.value).digest('hex');
  const card = cardOf(system, path);
  if (card === undefined) {
    return warning('model', `${name} has no card, so nobody can say which model it is`, restore);
  }
  if (!card.text.toLowerCase().includes(sha256)) {
    const reason = `${name} is not the model of ${card.name}: its SHA-256 is ${sha256.slice(0, 16)}…`;
    return fault('model', reason, restore);
  }
  return fine('model', `${name} is the one of ${card.name}, SHA-256 ${sha256.slice(0, 16)}…`);
}

/** Beside it: `<name>.card.json`, `<name>.json`, or the folder's `card.json`. */
function cardOf(system: System, path: string): { name: string; text: string } | undefined {
  const stem = basename(path, extname(path));
  for (const name of [`${stem}.card.json`, `${stem}.json`, 'card.json']) {
    const text = textOf(system, join(dirname(path), name), MOST_BYTES);
    if (text !== undefined) return { name, text };
  }
  return undefined;
}
