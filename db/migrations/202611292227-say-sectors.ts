// SPDX-License-Identifier: AGPL-3.0-or-later
// What an association is about, as codes of causes: they stand beside its name on each of its offers.
import type { Migration } from '../migrate.ts'

export const saySectors: Migration = {
  name: '202611292227-say-sectors',
  sql: `
ALTER TABLE association ADD COLUMN sectors TEXT NOT NULL DEFAULT '[]'; -- public
`,
}
