// SPDX-License-Identifier: AGPL-3.0-or-later
// How many requests a received activity has cost so far: it may cost ten over its whole life.
import type { Migration } from '../migrate.ts'

export const countFetches: Migration = {
  name: '202611251000-count-fetches',
  sql: `
ALTER TABLE fed_activities ADD COLUMN fetches INTEGER NOT NULL DEFAULT 0;
`,
}
