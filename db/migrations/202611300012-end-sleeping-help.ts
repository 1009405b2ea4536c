// SPDX-License-Identifier: AGPL-3.0-or-later
// The right to the desk for help ends with the last role in the team and with access: what was left of it before goes.
import type { Migration } from '../migrate.ts'

export const endSleepingHelp: Migration = {
  name: '202611300012-end-sleeping-help',
  sql: `
UPDATE people SET keeps_help = 0
WHERE keeps_help = 1 AND (disabled_at IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM people_roles r WHERE r.person_id = people.id AND r.role <> 'volunteer'));
`,
}
