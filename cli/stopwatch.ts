/** Real time, for what a run took. Nothing decides by it. */
export interface Elapsed {
  readonly wallSeconds: number;
  /** Of this process, user and system. */
  readonly cpuSeconds: number;
  /** Of these, what this thread took: without those that compile and collect beside it. */
  readonly threadCpuSeconds: number;
}

export function startStopwatch(): () => Elapsed {
  // biome-ignore lint/plugin/real-time-and-chance: tells a person how long a run took
  const now = () => performance.now() / 1_000;
  const startedAt = now();
  const startedCpu = process.cpuUsage();
  const startedThread = process.threadCpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(startedCpu);
    const thread = process.threadCpuUsage(startedThread);
    return {
      wallSeconds: now() - startedAt,
      cpuSeconds: (user + system) / 1_000_000,
      threadCpuSeconds: (thread.user + thread.system) / 1_000_000,
    };
  };
}
