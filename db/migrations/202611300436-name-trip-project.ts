// SPDX-License-Identifier: AGPL-3.0-or-later
// Kilometres may be for a project, as hours are; helpers without a name are listed by project.
import type { Migration } from '../migrate.ts'

export const nameTripProject: Migration = {
  name: '202611300436-name-trip-project',
  sql: `
ALTER TABLE trips ADD COLUMN project_id TEXT REFERENCES hours_projects (id); -- personal
CREATE INDEX trips_project ON trips (project_id, state, travelled_on) WHERE project_id IS NOT NULL;
CREATE INDEX hours_headcounts_project ON hours_headcounts (project_id, worked_on) WHERE project_id IS NOT NULL;
`,
}
