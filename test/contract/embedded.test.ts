import { askEngine } from '../lib/ask-engine.ts';
import { startTestStore } from '../lib/engine.ts';
import { describeStore } from './store.ts';

describeStore('the embedded engine', async () => {
  const { store, stop } = await startTestStore();
  return { store, stop, ask: (sql) => askEngine(store, sql) };
});
