// SPDX-License-Identifier: AGPL-3.0-or-later
// Anybody may write, and most of it means nothing here: found by this, it leaves after a while.
import type { Migration } from '../migrate.ts'

export const forgetIgnoredLetters: Migration = {
  name: '202611251120-forget-ignored-letters',
  sql: `
CREATE INDEX fed_activities_ignored ON fed_activities (at) WHERE direction = 'in' AND state = 'ignored';
`,
}
