import { type Check, fine, warning } from '../check.ts';
import { textOf } from '../system.ts';

/** By so much caller and receiver of a call may differ. */
const OFF_S = 60;

export const rtc: Check = {
  name: 'rtc',
  about: 'The clock that goes on while the power is off',
  look(system) {
    const clocks = system.list('/sys/class/rtc');
    const [first] = clocks.ok ? clocks.value : [];
    if (first === undefined) {
      const reason =
        'no clock goes on without power: after a cut the time is wrong until the network is back';
      return [warning('rtc', reason, 'sudo apt-get install fake-hwclock')];
    }
    const seconds = Number(textOf(system, `/sys/class/rtc/${first}/since_epoch`) ?? Number.NaN);
    if (!Number.isFinite(seconds)) {
      return [
        warning('rtc', `${first} does not tell its time`, `sudo hwclock --rtc /dev/${first}`),
      ];
    }
    const off = Math.round(Math.abs(system.nowMs() / 1_000 - seconds));
    if (off <= OFF_S) return [fine('rtc', `${first} is ${off} s off the clock`)];
    const reason = `${first} is ${off} s off the clock: after a power cut the time would be wrong`;
    return [warning('rtc', reason, `sudo hwclock --systohc --rtc /dev/${first}`)];
  },
};
