import type { Format } from './format.ts';
import { json } from './json.ts';
import { mermaid } from './mermaid.ts';
import { plantuml } from './plantuml.ts';
import { scxml } from './scxml.ts';
import { stately } from './stately.ts';

/** The first is the default. */
export const formats: readonly Format[] = [stately, mermaid, plantuml, scxml, json];
