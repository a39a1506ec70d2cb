/**
 * Names to keys and back, by a schema whose members carry their keys (`at` in
 * `protocols/telemetry/fields.ts`). Names never travel, so nothing on the wire can be one.
 */
import * as z from 'zod';
import type { Tree } from './cbor-tree.ts';

/** How one schema is written. */
interface Form {
  toTree(value: unknown): Tree;
  /** Throws a `RangeError` where the tree has another shape; the schema checks the rest. */
  fromTree(tree: Tree): unknown;
}

export interface Member {
  readonly name: string;
  readonly key: number;
  readonly schema: z.ZodType;
}

/** The members of an object by their keys, as documents list them. */
export function membersOf(schema: z.ZodObject): Member[] {
  const members = Object.entries(schema.shape).map(([name, member]) => ({
    name,
    key: keyOf(member as z.ZodType, name),
    schema: member as z.ZodType,
  }));
  const keys = new Set(members.map(({ key }) => key));
  if (keys.size !== members.length) throw new Error('two members of a record have one key');
  return members;
}

export function formOf(schema: z.ZodType): Form {
  if (schema instanceof z.ZodOptional) return formOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodObject) return mapForm(schema);
  if (schema instanceof z.ZodArray) return arrayForm(formOf(schema.element as z.ZodType));
  return asItIs;
}

const asItIs: Form = {
  // A schema's own leaves are numbers, text, truth values and arrays of numbers.
  toTree: (value) => value as Tree,
  fromTree: (tree) => tree,
};

function arrayForm(element: Form): Form {
  return {
    toTree: (value) => (value as readonly unknown[]).map((one) => element.toTree(one)),
    fromTree: (tree) => {
      if (!Array.isArray(tree)) throw new RangeError('came something else where a list is due');
      return tree.map((one: Tree) => element.fromTree(one));
    },
  };
}

function mapForm(schema: z.ZodObject): Form {
  const members = membersOf(schema)
    .map(({ name, key, schema: member }) => ({ name, key, form: formOf(member) }))
    .sort((one, other) => one.key - other.key);
  const byKey = new Map(members.map((member) => [member.key, member]));
  return {
    toTree: (value) => {
      const tree = new Map<number, Tree>();
      for (const { name, key, form } of members) {
        const member = (value as Record<string, unknown>)[name];
        if (member !== undefined) tree.set(key, form.toTree(member));
      }
      return tree;
    },
    fromTree: (tree) => {
      if (!(tree instanceof Map)) throw new RangeError('came something else where a map is due');
      const value: Record<string, unknown> = {};
      for (const [key, inner] of tree as ReadonlyMap<number, Tree>) {
        const member = byKey.get(key);
        if (member === undefined) throw new RangeError(`came the unknown key ${key}`);
        value[member.name] = member.form.fromTree(inner);
      }
      return value;
    },
  };
}

function keyOf(schema: z.ZodType, name: string): number {
  const key = schema.meta()?.key;
  if (typeof key === 'number') return key;
  throw new Error(`the member '${name}' of a record has no key`);
}
