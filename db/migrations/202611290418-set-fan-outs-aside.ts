// SPDX-License-Identifier: AGPL-3.0-or-later
// An activity whose deliveries cannot be written is tried again later, and then set aside, so that the next ones go on.
import type { Migration } from '../migrate.ts'

export const setFanOutsAside: Migration = {
  name: '202611290418-set-fan-outs-aside',
  sql: `
ALTER TABLE fed_fanouts ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0; -- internal
ALTER TABLE fed_fanouts ADD COLUMN not_before TEXT; -- internal
ALTER TABLE fed_fanouts ADD COLUMN parked_at TEXT; -- internal
`,
}
