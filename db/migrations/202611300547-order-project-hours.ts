// SPDX-License-Identifier: AGPL-3.0-or-later
// The hours of one project come in the order of their days, in one state and in all of them, without going through
// those of every project.
import type { Migration } from '../migrate.ts'

export const orderProjectHours: Migration = {
  name: '202611300547-order-project-hours',
  sql: `
DROP INDEX hours_entries_project;

CREATE INDEX hours_entries_project ON hours_entries (project_id, state, worked_on, id) WHERE project_id IS NOT NULL;

DROP INDEX hours_entries_project_people;

CREATE INDEX hours_entries_project_people ON hours_entries (project_id, worked_on, id, person_id)
  WHERE project_id IS NOT NULL;
`,
}
