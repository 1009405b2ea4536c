// SPDX-License-Identifier: AGPL-3.0-or-later
const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
}

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.[tj]s$': ['@swc/jest', swc] },
  // Kysely and what sanitize-html stands on are published as ES modules only; Jest runs CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(kysely|uuid|undici|node-cron|otpauth|@noble|htmlparser2|domhandler|domutils|entities|dom-serializer|domelementtype)/)'],
  testTimeout: 20_000,
}
