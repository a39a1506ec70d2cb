/**
 * The rules of the house that neither the compiler nor the linter knows, and proof that the linter
 * knows the others: each rule is shown something that breaks it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const root = dirname(import.meta.dirname);
const textFile = /(\.(ts|mjs|md|json|ya?ml|grit|conf|service|sh)|\/\.?[\w-]+)$/;

test('imports are relative inside a top-level folder, and begin with # across', () => {
  assert.deepEqual(findings(/\.(ts|mjs)$/, strayImports), []);
});

test('links in Markdown lead somewhere', () => {
  assert.deepEqual(findings(/\.md$/, brokenLinks), []);
});

test('no file has a name that says nothing', () => {
  assert.deepEqual(findings(/./, emptyNames), []);
});

test('no file names the host of a package registry', () => {
  assert.deepEqual(findings(textFile, registryHosts), []);
});

test('each rule here finds what breaks it', () => {
  assert.deepEqual(strayImports('sim/air/a.ts', "import { b } from '../../agents/b.ts';"), [
    'sim/air/a.ts: ../../agents/b.ts leaves sim/, so it begins with #',
  ]);
  assert.deepEqual(strayImports('sim/a.ts', "import {\n  b,\n} from '#sim/b.ts';"), [
    'sim/a.ts: #sim/b.ts stays in sim/, so it is relative',
  ]);
  assert.deepEqual(strayImports('sim/air/a.ts', "export { b } from '../b.ts';"), []);

  assert.deepEqual(brokenLinks('docs/a.md', '[a](gone.md) [b](../README.md#no-such-heading)'), [
    'docs/a.md: gone.md is not there',
    'docs/a.md: ../README.md#no-such-heading is not there',
  ]);
  assert.deepEqual(brokenLinks('a.md', '# Is here!\n[a](#is-here) [b](https://example.org/x)'), []);

  assert.equal(emptyNames('agents/utils.ts').length, 1);
  assert.equal(registryHosts('a.json', `"https://${'registry'}.example.org/x"`).length, 1);
});

test('the linter finds what breaks its rules', () => {
  const broken = {
    'protocols/a.ts': ["import '#machines/b.ts';", 'protocols/ imports no other folder'],
    'machines/a.ts': ["import '#agents/b.ts';", 'machines/ imports only protocols/'],
    'agents/a.ts': ["import '#sim/b.ts';", 'agents/ imports only'],
    'edge/a.ts': ["import type { B } from '#cloud/b.ts';\nexport type A = B;", 'Only cli/ puts'],
    'cloud/a.ts': ["export { b } from '#sim/b.ts';", 'Only cli/ puts'],
    'sim/a.ts': ["export const b = await import('#edge/b.ts');", 'Only cli/ puts'],
    'cli/a.ts': ["import './main.ts';", 'Nothing imports a main.ts'],
    'agents/b.ts': ["import '@nats-io/kv';", 'Only agents/bus/nats*.ts'],
    'agents/bus/memory.ts': ["await import('@nats-io/kv');", 'Only agents/bus/nats*.ts'],
    'edge/clock.ts': ['export const now = Date.now();', 'Clock and Random'],
    'edge/date.ts': ['export const now = new Date();', 'Clock and Random'],
    'cli/clock.ts': ['export const now = performance.now();', 'Clock and Random'],
    'sim/clock.ts': ['export const now = process.hrtime.bigint();', 'Clock and Random'],
    'machines/chance.ts': ['export const draw = Math.random;', 'Clock and Random'],
    'sim/power.ts': ['export const power = (a: number) => a ** 3;', 'powers'],
    'sim/more.ts': ['export function more(a: number) {\n  a **= 3;\n  return a;\n}', 'powers'],
    'protocols/log.ts': ['export const log = Math.log10(2);', 'protocols/math.ts'],
    'edge/detector/tanh.ts': ['export const tanh = [1].map(Math.tanh);', 'protocols/math.ts'],
    'cloud/order.ts': ["export const order = 'a'.localeCompare('b');", 'language settings'],
    'cloud/text.ts': ['export const text = (5)?.toLocaleString();', 'language settings'],
    'sim/say.ts': ["console.log('a');", 'console'],
    'sim/long.ts': ['export {};\n'.repeat(401), 'lines'],
    'sim/enum.ts': ['export enum A {\n  B,\n}', 'enum'],
    'sim/namespace.ts': ['export namespace A {\n  export const b = 1;\n}', 'namespace'],
    'sim/default.ts': ['export default 1;', 'default'],
    'sim/NotKebab.ts': ['export const a = 1;', 'kebab-case'],
  } as const;
  const allowed = {
    'machines/c.ts': "import '#protocols/b.ts';",
    'edge/c.ts': "import '#agents/b.ts';",
    'cli/c.ts': "import '#edge/b.ts';\n\nconsole.log('a');",
    'agents/bus/nats-kv.ts': "import '@nats-io/kv';",
    'edge/when.ts': 'export const when = new Date(5);',
    'edge/log.ts': 'export const log = Math.log10(2);',
    'sim/root.ts': 'export const root = Math.sqrt(2);',
    'sim/said.ts': `// biome-ignore lint/plugin/real-time-and-chance: a reason\nexport const a = Date.now();`,
  };
  const texts = Object.entries(broken).map(([path, [text]]) => [path, text] as const);

  const found = lint(Object.fromEntries([...texts, ...Object.entries(allowed)]));

  for (const [path, [, message]] of Object.entries(broken)) {
    const here = found.filter((one) => one.path === path);
    assert(
      here.some((one) => one.message.includes(message)),
      `nothing about '${message}' in ${path}: ${JSON.stringify(here)}`,
    );
  }
  assert.deepEqual(
    found.filter((one) => one.path in allowed),
    [],
  );
});

type Rule = (path: string, text: string) => string[];

function strayImports(path: string, text: string): string[] {
  const folder = topFolder(path);
  const imports =
    /(?:^(?:import|export|\})[^;'"]*\bfrom\s*|^import\s*|\bimport\(\s*)(['"])([.#].*?)\1/gm;
  return [...text.matchAll(imports)].flatMap(([, , source = '']) => {
    if (source.startsWith('#')) {
      const isOwn = topFolder(source.slice(1)) === folder;
      return isOwn ? [`${path}: ${source} stays in ${folder}/, so it is relative`] : [];
    }
    const leaves = topFolder(normalize(join(dirname(path), source))) !== folder;
    return leaves ? [`${path}: ${source} leaves ${folder}/, so it begins with #`] : [];
  });
}

/** Links to other sites are not followed. */
function brokenLinks(path: string, text: string): string[] {
  const prose = text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s+(\S+)/gm)]
    .map(([, inline, reference]) => inline ?? reference ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
  return links
    .filter((link) => !leadsSomewhere(link))
    .map((link) => `${path}: ${link} is not there`);

  function leadsSomewhere(link: string): boolean {
    const [target = '', heading] = link.split('#');
    const file = target === '' ? path : normalize(join(dirname(path), decodeURI(target)));
    if (target !== '' && !fs.existsSync(join(root, file))) return false;
    if (heading === undefined || !file.endsWith('.md')) return true;
    const there = target === '' ? text : fs.readFileSync(join(root, file), 'utf8');
    return headings(there).includes(heading);
  }
}

/** The anchors that GitHub gives to headings. */
function headings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ +(.*)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function emptyNames(path: string): string[] {
  const isEmpty = /(^|\/)(utils?|helpers?|types?|common|misc|shared|lib)\.\w+$/.test(path);
  return isEmpty ? [`${path}: name it after the one idea it holds`] : [];
}

/** Which host packages come from is for each machine's own settings to say. */
function registryHosts(path: string, text: string): string[] {
  const host = /\b(?:registry|deb|pypi|crates|ghcr|archive)\.[\w-]+\.?(?:org|com|net|io)\b/g;
  return [...text.matchAll(host)].map(([name]) => `${path}: names ${name}`);
}

function findings(pattern: RegExp, rule: Rule): string[] {
  return projectFiles
    .filter((path) => pattern.test(path))
    .flatMap((path) => rule(path, fs.readFileSync(join(root, path), 'utf8')));
}

const projectFiles = (function walk(folder: string): string[] {
  const kept = /^(node_modules|coverage|\.git|\.cache|\.airguard)$/;
  return fs.readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (kept.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
  });
})('');

function topFolder(path: string): string {
  return path.split('/')[0] ?? '';
}

/** What the linter, set up as in this project, says of these files. */
function lint(files: Record<string, string>): { path: string; message: string }[] {
  const folder = fs.mkdtempSync(join(tmpdir(), 'airguard-tidy-'));
  try {
    for (const part of ['biome.json', 'package.json', 'setup/lint']) {
      fs.cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    for (const [path, text] of Object.entries(files)) {
      fs.mkdirSync(dirname(join(folder, path)), { recursive: true });
      fs.writeFileSync(join(folder, path), `${text}\n`);
    }
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(stdout) as {
      diagnostics: { message: string; location: { path: string } }[];
    };
    return report.diagnostics.map(({ message, location }) => ({ path: location.path, message }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
