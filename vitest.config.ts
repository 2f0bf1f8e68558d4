import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // the quick ones wait more than they compute
    maxWorkers: process.env['TUMPLINE_TEST_QUICK'] ? 3 : 2,
    // real terminals, real signals, a machine shared with others: once more, and only there
    retry: process.env['CI'] ? 1 : 0,
    pool: 'forks',
  },
});
