/** The tables of docs/formats.md that are made from the code, as Markdown, by their marker. */
import { CLOUD } from './ids.ts';
import { type Client, linkPermissionsOf, type Permissions, permissionsOf } from './permissions.ts';
import { buckets, kinds, objectStores, streamOf } from './subjects.ts';

/** Stand for any site and node. */
const site = '<site>';
const node = '<node>';

const clients: readonly Client[] = [
  { kind: 'node', site, node },
  { kind: 'cloud', site },
  { kind: 'operator', site },
  { kind: 'air', site },
];

/** Each client, and the link of a node's broker to the hub. */
const holders: readonly (readonly [name: string, permissions: Permissions])[] = [
  ...clients.map((client) => [client.kind, permissionsOf(client)] as const),
  ['link', linkPermissionsOf(site, node, [node, '<other node>'])],
];

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
        ...sideBySide(publish.allow, subscribe.allow),
        ...(publish.deny.length === 0 ? [] : ['', `Never publishes: ${list(publish.deny)}.`]),
      ].join('\n');
    })
    .join('\n\n');
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
