import { type Domain, domainOf } from '#agents/regulation/regdb.ts';
import { InputError } from '#protocols/errors.ts';

/** The rules of a country; `radio` names who asks. */
export function domainFor(country: string, radio: string): Domain {
  const domain = domainOf(country);
  if (domain === undefined) {
    throw new InputError(
      `radio ${radio}: expected a country of the regulatory database, such as DE; '${country}' came`,
    );
  }
  return domain;
}
