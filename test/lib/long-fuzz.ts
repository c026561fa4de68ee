// Setup file of `npm run fuzz`: a hundred times the cases that the fast tests run.
import { configureGlobal } from 'fast-check';

configureGlobal({ numRuns: 10_000 });
