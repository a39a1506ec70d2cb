/**
 * Ends what would be left behind if the supervisor were killed where it stands. A small shell is
 * told the processes that run, and waits at the other end of a pipe; when the pipe closes without a
 * word, it ends them.
 */
import { spawn } from 'node:child_process';

const script = `
pids=
while read -r verb pid; do
  case $verb in
    add) pids="$pids $pid" ;;
    drop) kept=; for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done; pids=$kept ;;
    leave) exit 0 ;;
  esac
done
[ -z "$pids" ] && exit 0
kill -TERM $pids 2>/dev/null
sleep 2
kill -KILL $pids 2>/dev/null
`;

export interface Reaper {
  add(pid: number): void;
  drop(pid: number): void;
  /** Everything has ended in good order. */
  leave(): void;
}

export function startReaper(): Reaper {
  // Its own group: Ctrl-C at the terminal is for the supervisor.
  const shell = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  const say = (line: string) => shell.stdin.write(`${line}\n`);
  return {
    add: (pid) => say(`add ${pid}`),
    drop: (pid) => say(`drop ${pid}`),
    leave: () => {
      say('leave');
      shell.stdin.end();
    },
  };
}
