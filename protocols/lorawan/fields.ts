/**
 * What a message is made of: a table of fields in the order of their bits. The codec, the type of a
 * message, the tables of the documentation and the codec for ChirpStack all come from it.
 */

interface Described {
  readonly about: string;
}

/** `least + code · step`; where it is nullable, the highest code means that nothing is known. */
export interface Quantity extends Described {
  readonly kind: 'quantity';
  readonly bits: number;
  readonly least: number;
  readonly step: number;
  readonly unit: string;
  readonly nullable: boolean;
  /** Exact numbers name something: out of range they are refused, where others are held at the end. */
  readonly exact: boolean;
}

export interface Flag extends Described {
  readonly kind: 'flag';
  readonly bits: 1;
}

/** One of some names by its place among them. */
export interface Choice<Name extends string = string> extends Described {
  readonly kind: 'choice';
  readonly bits: number;
  readonly names: readonly Name[];
}

/** Some of the same, behind their number. */
export interface List<Fields extends FieldTable = FieldTable> extends Described {
  readonly kind: 'list';
  /** Of the number in front. */
  readonly bits: number;
  readonly fields: Fields;
}

export type Scalar = Quantity | Flag | Choice;
export type Field = Scalar | List<Readonly<Record<string, Scalar>>>;
export type FieldTable = Readonly<Record<string, Field>>;

type ValueOf<Of> =
  Of extends Choice<infer Name>
    ? Name
    : Of extends Flag
      ? boolean
      : Of extends List<infer Fields>
        ? readonly ValuesOf<Fields>[]
        : Of extends { readonly kind: 'quantity'; readonly nullable: false }
          ? number
          : number | null;

/** The values that a table of fields describes. */
export type ValuesOf<Fields extends FieldTable> = {
  readonly [Name in keyof Fields]: ValueOf<Fields[Name]>;
};

interface Range {
  readonly bits: number;
  readonly least?: number;
  readonly step?: number;
  readonly unit?: string;
}

export function known(about: string, range: Range) {
  return quantity(about, range, { nullable: false, exact: false } as const);
}

/** A quantity that a node may not know. */
export function perhaps(about: string, range: Range) {
  return quantity(about, range, { nullable: true, exact: false } as const);
}

export function exact(about: string, range: Range) {
  return quantity(about, range, { nullable: false, exact: true } as const);
}

function quantity<Kind extends { readonly nullable: boolean; readonly exact: boolean }>(
  about: string,
  { bits, least = 0, step = 1, unit = '1' }: Range,
  kind: Kind,
) {
  return { kind: 'quantity' as const, about, bits, least, step, unit, ...kind };
}

export function flag(about: string): Flag {
  return { kind: 'flag', about, bits: 1 };
}

export function choice<const Name extends string>(
  about: string,
  bits: number,
  names: readonly Name[],
): Choice<Name> {
  return { kind: 'choice', about, bits, names };
}

export function list<Fields extends Readonly<Record<string, Scalar>>>(
  about: string,
  bits: number,
  fields: Fields,
): List<Fields> {
  return { kind: 'list', about, bits, fields };
}

/** The highest code that stands for a number. */
export function topCode({ bits, nullable }: Quantity): number {
  return codesOf(bits) - (nullable ? 2 : 1);
}

/** How many codes there are of so many bits, 1 to 32. */
export function codesOf(bits: number): number {
  return 2 * ((1 << (bits - 1)) >>> 0);
}

/** How many bits a table takes; of a list, with `items` in it. */
export function bitsOf(fields: FieldTable, items = 0): number {
  return Object.values(fields).reduce(
    (sum, field) => sum + field.bits + (field.kind === 'list' ? items * bitsOf(field.fields) : 0),
    0,
  );
}
