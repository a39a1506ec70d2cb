/** Where the twin's thread begins: a question comes in, its answer goes out. */
import { parentPort } from 'node:worker_threads';
import type { TwinQuestion } from '#machines/twin.ts';
import { answerQuestion } from '#sim/twin/answer.ts';

if (parentPort === null) throw new Error('this runs on a thread of `airguard cloud` alone');
const port = parentPort;
port.on('message', (question: TwinQuestion) => port.postMessage(answerQuestion(question)));
