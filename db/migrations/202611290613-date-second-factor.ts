// SPDX-License-Identifier: AGPL-3.0-or-later
// The second factor becomes required of staff: those who are here already have as long for it as those who are new.
import type { Migration } from '../migrate.ts'

export const dateSecondFactor: Migration = {
  name: '202611290613-date-second-factor',
  sql: `
INSERT INTO instance_facts (key, value)
  SELECT 'second_factor_from', strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE EXISTS (SELECT 1 FROM people);
`,
}
