import { MemoryStore } from '#agents/store/memory.ts';
import { storeConforms } from './conformance.ts';

storeConforms('the store in memory', () => ({ store: new MemoryStore() }));
