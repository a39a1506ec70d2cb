/** `--site-policy FILE`, for every command that plans. */
import { readSitePolicyFile } from '#agents/regulation/policy-file.ts';
import type { SitePolicy } from '#protocols/site-policy.ts';
import type { Arguments, Option } from './command.ts';

export const sitePolicyOption: Option = {
  about:
    'What the operator asks of plans: hours, pins, limits. For the strategy `coordinator`; docs/deciding/coordinator.md',
  value: 'FILE',
};

export function sitePolicyOf(
  args: Arguments,
): { readonly file: string; readonly asks: SitePolicy } | undefined {
  const file = args.text('site-policy');
  return file === undefined ? undefined : { file, asks: readSitePolicyFile(file) };
}
