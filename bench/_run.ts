import { bench } from './calls.ts';
console.log(await bench.run({ repeats: 5, note: (t) => console.error(t) }));
process.exit(0);
