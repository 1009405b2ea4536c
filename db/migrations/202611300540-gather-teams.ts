// SPDX-License-Identifier: AGPL-3.0-or-later
// Teams of people, and roles for one team only. The table of limited roles is made anew, because SQLite cannot take a
// NOT NULL away.
import type { Migration } from '../migrate.ts'

export const gatherTeams: Migration = {
  name: '202611300540-gather-teams',
  sql: `
CREATE TABLE teams (
  id TEXT PRIMARY KEY, -- internal
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60), -- internal
  name_key TEXT NOT NULL UNIQUE, -- internal
  archived_at TEXT, -- internal
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams (id), -- personal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  added_at TEXT NOT NULL, -- personal
  PRIMARY KEY (team_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_members_person ON team_members (person_id, team_id);

ALTER TABLE limited_roles RENAME TO limited_before;

DROP INDEX limited_roles_one;

DROP INDEX limited_roles_role;

DROP INDEX limited_roles_project;

DROP INDEX limited_roles_granted_by;

CREATE TABLE limited_roles (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  role TEXT CHECK (role IN ('coordinator', 'treasurer')), -- personal
  role_id TEXT REFERENCES roles (id), -- personal
  project_id TEXT REFERENCES hours_projects (id), -- personal
  team_id TEXT REFERENCES teams (id), -- personal
  granted_at TEXT NOT NULL, -- personal
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  CHECK ((role IS NULL) <> (role_id IS NULL)),
  CHECK ((project_id IS NULL) <> (team_id IS NULL))
) STRICT;

INSERT INTO limited_roles (id, person_id, role, role_id, project_id, granted_at, granted_by)
  SELECT id, person_id, role, role_id, project_id, granted_at, granted_by FROM limited_before;

DROP TABLE limited_before;

CREATE UNIQUE INDEX limited_roles_one
  ON limited_roles (person_id, coalesce(project_id, team_id), coalesce(role, role_id));

CREATE INDEX limited_roles_role ON limited_roles (role_id);

CREATE INDEX limited_roles_project ON limited_roles (project_id);

CREATE INDEX limited_roles_team ON limited_roles (team_id);

CREATE INDEX limited_roles_granted_by ON limited_roles (granted_by);
`,
}
