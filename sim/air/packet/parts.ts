/** What a simulation is put together from, as a scene has it. */
import type { Random } from '#protocols/random.ts';
import { type AsideLinks, asideLinksOf } from './aside.ts';
import { type Bonding, bondingOf } from './bonding.ts';
import { FrameTable } from './frame-table.ts';
import { type Links, linksOf } from './links.ts';
import { lossOf } from './propagation.ts';
import { type Roles, rolesOf } from './roles.ts';
import type { PacketScene, Rules } from './scene.ts';
import { reuseOf, type SpatialReuse } from './spatial-reuse.ts';
import { Survey } from './survey.ts';

export interface Parts {
  /** By node. */
  readonly rules: readonly Rules[];
  readonly table: FrameTable;
  readonly roles: Roles;
  readonly links: Links;
  readonly asideLinks: AsideLinks | undefined;
  readonly bonding: Bonding | undefined;
  readonly reuse: SpatialReuse | undefined;
  readonly survey: Survey | undefined;
}

/** Links are those of the scene's propagation; `asked` are the nodes whose time is counted. */
export function partsOf(scene: PacketScene, shadowing: Random, asked: readonly number[]): Parts {
  const { nodes, space } = scene;
  const rules = nodes.map((node) => node.rules ?? scene.rules);
  const roles = rolesOf(scene, asked);
  const way = { lossDb: scene.lossDb ?? lossOf(nodes, space, shadowing), leaks: space.leaks };
  const limits = {
    preambleDbm: scene.rules.radio.preambleDbm,
    sensitivityDbm: rules.map(({ radio }) => radio.sensitivityDbm),
    minds: roles.contends,
  };
  return {
    rules,
    roles,
    table: new FrameTable(scene),
    links: linksOf(nodes, way, limits),
    asideLinks: space.leaks ? asideLinksOf(nodes, way.lossDb, limits) : undefined,
    bonding: space.leaks ? bondingOf(nodes, rules, way.lossDb) : undefined,
    reuse: reuseOf(nodes),
    survey: asked.length === 0 ? undefined : new Survey(nodes.length, asked),
  };
}
