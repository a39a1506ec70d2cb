/** Makes arbitrary messages from the tables themselves. */
import * as fc from 'fast-check';
import { codesOf, type Field, type FieldTable, topCode } from '#protocols/lorawan/fields.ts';
import { type LoraMessage, type LoraMessageName, messages } from '#protocols/lorawan/messages.ts';

export function anyMessage(name: LoraMessageName): fc.Arbitrary<LoraMessage> {
  return anyTable(messages[name].fields).map(
    // The values are made by the table that the type is made from.
    (values) => ({ is: name, ...values }) as unknown as LoraMessage,
  );
}

export const messageNames = Object.keys(messages) as LoraMessageName[];

export function anyMessageAtAll(): fc.Arbitrary<LoraMessage> {
  return fc.oneof(...messageNames.map(anyMessage));
}

function anyTable(fields: FieldTable): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, anyValue(field)])),
    { noNullPrototype: true },
  );
}

function anyValue(field: Field): fc.Arbitrary<unknown> {
  if (field.kind === 'flag') return fc.boolean();
  if (field.kind === 'choice') return fc.constantFrom(...field.names);
  if (field.kind === 'list') {
    return fc.array(anyTable(field.fields), { maxLength: codesOf(field.bits) - 1 });
  }
  const codes = fc.integer({ min: 0, max: topCode(field) });
  const numbers = codes.map((code) => Number((field.least + code * field.step).toFixed(7)));
  return field.nullable ? fc.option(numbers) : numbers;
}
