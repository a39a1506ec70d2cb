import { InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { denseFlats } from './dense-flats.ts';
import type { SiteKind } from './kind.ts';
import { mixed } from './mixed.ts';
import { office } from './office.ts';
import { stadium } from './stadium.ts';
import { warehouse } from './warehouse.ts';

export const siteKinds: readonly SiteKind[] = [denseFlats, office, warehouse, stadium, mixed];

export function siteKind(name: string): SiteKind {
  const found = siteKinds.find((kind) => kind.name === name);
  if (found !== undefined) return found;
  const names = siteKinds.map((kind) => kind.name);
  const near = nearest(name, names);
  throw new InputError(
    `unknown kind of site '${name}'${near === undefined ? '' : ` (did you mean '${near}'?)`}: expected ${names.join(', ')}`,
  );
}
