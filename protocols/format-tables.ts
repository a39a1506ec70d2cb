/** What the pages on formats and permissions show of the code, as Markdown. */
import { CLOUD } from './ids.ts';
import { type Client, linkPermissionsOf, type Permissions, permissionsOf } from './permissions.ts';
import { buckets, kinds, objectStores, streamOf } from './subjects.ts';

/** Stand for any site and node. */
const site = '<site>';
const node = '<node>';

const clients: readonly Client[] = [
  { kind: 'node', site, node },
  { kind: 'cloud', site },
  { kind: 'cloud-reader', site },
  { kind: 'operator', site },
  { kind: 'telemetry', site },
  { kind: 'air', site },
];

/** Each client, and the link of a node's broker to the hub. */
const holders: readonly (readonly [name: string, permissions: Permissions])[] = [
  ...clients.map((client) => [client.kind, permissionsOf(client)] as const),
  ['link', linkPermissionsOf(site, node, [node, '<other node>'])],
];

const storeName = new RegExp(
  `(?<=KV_|OBJ_|\\$KV\\.|\\$O\\.)(?:${[...buckets, ...objectStores].join('|')})(?![A-Z])`,
);

export function formatTables(): Readonly<Record<'kinds' | 'permissions', string>> {
  return { kinds: kindsTable(), permissions: permissionsTables() };
}

function kindsTable(): string {
  const rows = kinds.map((kind) => `| \`${kind}\` | ${streamOf(kind) ?? '–'} |`);
  return [
    '| kind | stream |',
    '|---|---|',
    ...rows,
    '',
    `Buckets: ${list(buckets)}. Object stores: ${list(objectStores)}. The node of cloud roles is \`${CLOUD}\`.`,
  ].join('\n');
}

function permissionsTables(): string {
  return holders
    .map(([name, { publish, subscribe, allowResponses }]) => {
      const answers =
        allowResponses === undefined
          ? 'Answers nobody.'
          : `Answers whoever asked: up to ${allowResponses.max} messages within ${allowResponses.expiresMs / 1_000} s.`;
      return [
        `### ${name}`,
        '',
        answers,
        '',
        '| publishes | subscribes |',
        '|---|---|',
        ...sideBySide(grouped(publish.allow), grouped(subscribe.allow)),
        ...(publish.deny.length === 0 ? [] : ['', `Never publishes: ${list(publish.deny)}.`]),
      ].join('\n');
    })
    .join('\n\n');
}

/** Subjects that differ only in a bucket or object store, as one that names all of these. */
function grouped(subjects: readonly string[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const subject of subjects) {
    const name = storeName.exec(subject)?.[0];
    const pattern = name === undefined ? subject : subject.replace(name, '{}');
    const names = groups.get(pattern) ?? new Set<string>();
    groups.set(pattern, name === undefined ? names : names.add(name));
  }
  return [...groups].map(([pattern, names]) => pattern.replace('{}', nameOf(names)));
}

function nameOf(names: ReadonlySet<string>): string {
  if (buckets.every((bucket) => names.has(bucket))) return '<bucket>';
  if (objectStores.every((store) => names.has(store))) return '<store>';
  return names.size === 1 ? [...names].join() : `{${[...names].join(',')}}`;
}

function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const cell = (subject: string | undefined) => (subject === undefined ? '' : `\`${subject}\``);
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_, index) => `| ${cell(left[index])} | ${cell(right[index])} |`,
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
