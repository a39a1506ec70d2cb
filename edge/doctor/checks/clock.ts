import { type Check, fault, fine, warning } from '../check.ts';
import type { System } from '../system.ts';

/** Airguard is not older than this. */
const WRITTEN_MS = Date.UTC(2026, 0, 1);

/** Who may know whether the clock is synchronised, best first; undefined where it does not know. */
const witnesses: readonly {
  readonly name: string;
  says(system: System): Promise<boolean | undefined>;
}[] = [
  {
    name: 'chronyc',
    async says(system) {
      const answer = await system.run('chronyc', ['-c', 'tracking']);
      // The last field is the leap status.
      const leap = answer?.split(',').at(-1)?.trim();
      return leap === undefined || leap === '' ? undefined : leap !== 'Not synchronised';
    },
  },
  {
    name: 'timedatectl',
    async says(system) {
      const args = ['show', '--property=NTPSynchronized', '--value'];
      const answer = await system.run('timedatectl', args);
      return answer === 'yes' ? true : answer === 'no' ? false : undefined;
    },
  },
  {
    name: 'systemd-timesyncd',
    async says(system) {
      const names = system.list('/run/systemd/timesync');
      return names.ok ? names.value.includes('synchronized') : undefined;
    },
  },
];

export const clock: Check = {
  name: 'clock',
  about: 'Whether the clock is set and synchronised',
  async look(system) {
    const now = system.nowMs();
    if (now < WRITTEN_MS) {
      const shown = new Date(now).toISOString();
      const reason = `the clock shows ${shown}, before Airguard was written: calls would be refused`;
      return [fault('clock', reason, 'sudo timedatectl set-ntp true')];
    }
    for (const { name, says } of witnesses) {
      const isSynchronised = await says(system);
      if (isSynchronised === true) return [fine('clock', `synchronised, says ${name}`)];
      if (isSynchronised === false) {
        const reason = `not synchronised, says ${name}: calls are refused once it is 60 s off`;
        return [warning('clock', reason, 'sudo timedatectl set-ntp true')];
      }
    }
    const names = witnesses.map(({ name }) => name).join(', ');
    const reason = `nobody can say whether it is synchronised: none of ${names} answers`;
    return [warning('clock', reason, 'sudo apt-get install chrony')];
  },
};
