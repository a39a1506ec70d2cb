/**
 * What may stand where in SCXML, written down from the tables of the Recommendation for the elements that
 * we use. It is no full validator: an element it does not list is a fault.
 *
 * @see W3C Recommendation "State Chart XML (SCXML)", 1 September 2015, sections 3.2 to 3.9, 4.4, 5.8, 6.2 to 6.4
 */
interface Element {
  readonly children: readonly string[];
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

const executable = ['raise', 'if', 'foreach', 'log', 'assign', 'script', 'send', 'cancel'];
const inState = [
  'onentry',
  'onexit',
  'transition',
  'state',
  'parallel',
  'final',
  'history',
  'datamodel',
  'invoke',
];

const elements: Readonly<Record<string, Element>> = {
  scxml: {
    children: ['state', 'parallel', 'final', 'datamodel', 'script'],
    required: ['xmlns', 'version'],
    allowed: ['initial', 'name', 'datamodel', 'binding'],
  },
  state: { children: ['initial', ...inState], required: [], allowed: ['id', 'initial'] },
  parallel: {
    children: inState.filter((name) => name !== 'final'),
    required: [],
    allowed: ['id'],
  },
  final: { children: ['onentry', 'onexit', 'donedata'], required: [], allowed: ['id'] },
  onentry: { children: executable, required: [], allowed: [] },
  onexit: { children: executable, required: [], allowed: [] },
  transition: { children: executable, required: [], allowed: ['event', 'cond', 'target', 'type'] },
  script: { children: [], required: [], allowed: ['src'] },
  send: {
    children: ['param', 'content'],
    required: [],
    allowed: ['event', 'eventexpr', 'target', 'type', 'id', 'delay', 'delayexpr'],
  },
  cancel: { children: [], required: [], allowed: ['sendid', 'sendidexpr'] },
  invoke: {
    children: ['param', 'finalize', 'content'],
    required: [],
    allowed: ['type', 'typeexpr', 'src', 'srcexpr', 'id', 'idlocation', 'autoforward'],
  },
};

const tag = /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|<\?xml[^>]*\?>|([^<]+)|(<)/g;

export function contentFaults(text: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  const targets: string[] = [];
  for (const [whole, closing, name, attributes = '', empty, words, stray] of text.matchAll(tag)) {
    if (stray !== undefined) faults.push('a < that begins nothing');
    if (words !== undefined && words.trim() !== '' && open.at(-1) !== 'script') {
      faults.push(`words in <${open.at(-1)}>: ${words.trim()}`);
    }
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.pop() !== name) faults.push(`${whole} closes another element`);
      continue;
    }
    const element = elements[name];
    const parent = open.at(-1);
    if (element === undefined) faults.push(`<${name}> is no element of SCXML`);
    else {
      const given = new Map(
        [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
      );
      const known = [...element.required, ...element.allowed];
      for (const key of element.required)
        if (!given.has(key)) faults.push(`<${name}> without ${key}`);
      for (const key of given.keys())
        if (!known.includes(key)) faults.push(`<${name}> with ${key}`);
      if (parent === undefined ? name !== 'scxml' : !elements[parent]?.children.includes(name)) {
        faults.push(`<${name}> in <${parent}>`);
      }
      const id = given.get('id');
      if (id !== undefined && ids.has(id)) faults.push(`two of id ${id}`);
      if (id !== undefined) ids.add(id);
      for (const key of ['target', 'initial']) targets.push(...(given.get(key)?.split(' ') ?? []));
      if (name === 'transition' && !['event', 'cond', 'target'].some((key) => given.has(key))) {
        faults.push('a transition without event, cond and target');
      }
    }
    if (empty !== '/') open.push(name);
  }
  for (const target of targets) if (!ids.has(target)) faults.push(`no state ${target}`);
  if (open.length > 0) faults.push(`<${open.at(-1)}> is never closed`);
  return faults;
}
