// SPDX-License-Identifier: AGPL-3.0-or-later
// A role for one project only. In a table of its own, so that nothing that asks who has a role everywhere finds it.
import type { Migration } from '../migrate.ts'

export const limitRoles: Migration = {
  name: '202611300515-limit-roles',
  sql: `
CREATE TABLE limited_roles (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  role TEXT CHECK (role IN ('coordinator', 'treasurer')), -- personal
  role_id TEXT REFERENCES roles (id), -- personal
  project_id TEXT NOT NULL REFERENCES hours_projects (id), -- personal
  granted_at TEXT NOT NULL, -- personal
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  CHECK ((role IS NULL) <> (role_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX limited_roles_one ON limited_roles (person_id, project_id, coalesce(role, role_id));

CREATE INDEX limited_roles_role ON limited_roles (role_id);

CREATE INDEX limited_roles_project ON limited_roles (project_id);

CREATE INDEX limited_roles_granted_by ON limited_roles (granted_by);

CREATE INDEX hours_entries_project_people ON hours_entries (project_id, person_id) WHERE project_id IS NOT NULL;

CREATE INDEX offers_project ON offers (project_id) WHERE project_id IS NOT NULL;
`,
}
