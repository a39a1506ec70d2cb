import * as z from 'zod';

/**
 * One token of an address or subject: lower-case letters, digits and inner hyphens. NATS tokens
 * could hold more; these also make file names, server names and JetStream domains.
 */
const token = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'a lower-case token like `ap12` or `radio-0`');

export const SiteId = token.brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

/** A Jetson, or `cloud` for the cloud roles. */
export const NodeId = token.brand<'NodeId'>();
export type NodeId = z.infer<typeof NodeId>;

/** The node of the cloud roles. */
export const CLOUD = 'cloud' as NodeId;

export const ActorId = token.brand<'ActorId'>();
export type ActorId = z.infer<typeof ActorId>;

/** `<site>/<node>/<actor>`, an actor's stable name. */
export const Address = z
  .string()
  .refine((text) => text.split('/').length === 3 && text.split('/').every(isToken), {
    message: 'an address like `hq/ap12/radio-0`: site, node and actor',
  })
  .brand<'Address'>();
export type Address = z.infer<typeof Address>;

export interface AddressParts {
  readonly site: SiteId;
  readonly node: NodeId;
  readonly actor: ActorId;
}

export function isToken(text: string): boolean {
  return token.safeParse(text).success;
}

export function address(site: string, node: string, actor: string): Address {
  return Address.parse(`${site}/${node}/${actor}`);
}

/** The parts of an address that has been parsed before. */
export function partsOf(value: Address): AddressParts {
  const [site, node, actor] = value.split('/') as [SiteId, NodeId, ActorId];
  return { site, node, actor };
}
