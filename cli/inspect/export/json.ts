import type { Format } from './format.ts';

export const json: Format = {
  name: 'json',
  about: 'States and ways as data, and how delays continue after a restart',
  extension: 'json',
  write: ({ role, chart }) => JSON.stringify({ role, ...chart }, null, 2),
};
