/**
 * Tells systemd that the node is up and lives, as sd_notify(3) has it. Node has no datagram sockets of
 * the UNIX kind, so systemd's own `systemd-notify` says it; elsewhere nothing is said.
 */
import { execFile } from 'node:child_process';
import { type Clock, type Timer, US_PER_S } from '#protocols/clock.ts';

export interface ServiceManager {
  ready(): void;
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Run = (args: readonly string[]) => void;

/** Signs of life come from the loop that does the work: a node that hangs gives none and is started again. */
export function meetServiceManager(
  clock: Clock,
  environment: Environment = process.env,
  run: Run = notify,
): ServiceManager {
  if (environment.NOTIFY_SOCKET === undefined) return { ready: () => {}, close: () => {} };
  const watchdogUs = Number(environment.WATCHDOG_USEC ?? Number.NaN);
  let timer: Timer | undefined;
  const arm = () => {
    const tie = { target: 'node', source: 'watchdog', seq: 0 };
    timer = clock.schedule(clock.monotonic() + Math.floor(watchdogUs / 3), beat, tie);
  };
  const beat = () => {
    arm();
    run(['WATCHDOG=1']);
  };
  return {
    ready() {
      run(['--ready']);
      if (watchdogUs >= US_PER_S) arm();
    },
    close() {
      timer?.cancel();
      run(['--stopping']);
    },
  };
}

function notify(args: readonly string[]): void {
  // Whoever set NOTIFY_SOCKET has the program; without it systemd itself will notice.
  execFile('systemd-notify', [...args], () => {});
}
