/** To whom what is on the air makes a difference. */
import type { PacketScene } from './scene.ts';

/** By node, 1 or 0. */
export interface Roles {
  /** It sends of its own accord, or its time is counted. */
  readonly contends: Uint8Array;
  /**
   * Frames for others matter to it: it contends, keeps a NAV before it answers an RTS, or leaves one frame
   * for another.
   */
  readonly heeds: Uint8Array;
}

export function rolesOf(scene: PacketScene, asked: readonly number[]): Roles {
  const { nodes, flows, rules, capture = 'none' } = scene;
  const contends = new Uint8Array(nodes.length);
  for (const { from } of flows) contends[from] = 1;
  for (const node of asked) contends[node] = 1;
  const all = capture !== 'none' || nodes.some((node) => (node.rules ?? rules).usesRts);
  const heeds = Uint8Array.from(nodes, ({ obssPdDbm }, node) =>
    all || obssPdDbm !== undefined || contends[node] === 1 ? 1 : 0,
  );
  return { contends, heeds };
}
