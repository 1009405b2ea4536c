// SPDX-License-Identifier: AGPL-3.0-or-later
import { availableParallelism } from 'node:os'

const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
}

export default {
  testEnvironment: '<rootDir>/test/support/environment.ts',
  runtime: '<rootDir>/test/support/runtime.ts',
  testSequencer: '<rootDir>/test/support/sequence.ts',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.[tj]s$': ['@swc/jest', swc] },
  // Kysely is published as ES modules only; Jest runs CommonJS.
  transformIgnorePatterns: [
    '/node_modules/(?!(kysely|uuid|undici|node-cron|otpauth|@noble|entities|htmlparser2|dom[a-z-]+)/)',
  ],
  // One more than there are cores: some files wait for other processes and for time limits most of the time.
  maxWorkers: availableParallelism() + 1,
  // A worker with a large heap needs longer to end on a busy machine; the warning then means that a test left something.
  workerGracefulExitTimeout: 10_000,
  // Not a measure: it only ends a test that hangs, also on a machine that does other things.
  testTimeout: 300_000,
}
