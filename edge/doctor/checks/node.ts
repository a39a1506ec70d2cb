import { type Check, fault, fine } from '../check.ts';

/** The one that Airguard is written for; it runs its TypeScript as it stands. */
const MAJOR = 24;

export const node: Check = {
  name: 'node',
  about: 'The version of Node.js',
  look({ nodeVersion }) {
    const major = Number(nodeVersion.split('.')[0]);
    if (major >= MAJOR) return [fine('node', `Node ${nodeVersion}`)];
    return [
      fault(
        'node',
        `expected Node ${MAJOR} or newer, came ${nodeVersion}: Airguard brings its own`,
        './airguard help',
      ),
    ];
  },
};
