import type { Check, Finding, Patient } from './check.ts';
import { fault } from './check.ts';
import { checks } from './checks/index.ts';
import type { System } from './system.ts';

/** Every check in turn; `onCheck` is told before each. One that fails by itself is a finding too. */
export async function examine(
  system: System,
  patient: Patient,
  onCheck: (check: Check) => void = () => undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    onCheck(check);
    try {
      findings.push(...(await check.look(system, patient)));
    } catch (error) {
      findings.push(fault(check.name, `the check itself failed: ${(error as Error).message}`));
    }
  }
  return findings;
}
