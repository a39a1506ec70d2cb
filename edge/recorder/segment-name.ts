/** Names of segment files: the number, by which they sort as they were begun, and the radio. */
const form = /^(\d{12})\.([a-z0-9-]{1,63})\.seg$/;

export interface SegmentName {
  readonly name: string;
  readonly number: number;
  readonly radio: string;
}

export function segmentName(number: number, radio: string): string {
  return `${String(number).padStart(12, '0')}.${radio}.seg`;
}

/** Undefined for a file that is no segment. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, number, radio] = form.exec(name) ?? [];
  return radio === undefined ? undefined : { name, number: Number(number), radio };
}
