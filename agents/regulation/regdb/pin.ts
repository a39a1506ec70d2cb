/** What the shipped database must be. `airguard audit regdb --update` rewrites this file. */
export const regdbPin = {
  sha256: '2fb33ca0074db573e05ef7dd50bb45b63c0ff98b7e852e1105ebad536fae8e6b',
  bytes: 6380,
  package: 'wireless-regdb 2026.05.30-1~deb12u1',
} as const;
