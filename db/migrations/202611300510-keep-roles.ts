// SPDX-License-Identifier: AGPL-3.0-or-later
// Roles that the association makes itself, of rights that stand in server/model/rights.ts. The five roles of the
// product stay in people_roles, so that nobody gains or loses anything here.
import type { Migration } from '../migrate.ts'

export const keepRoles: Migration = {
  name: '202611300510-keep-roles',
  sql: `
CREATE TABLE roles (
  id TEXT PRIMARY KEY, -- internal
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60), -- internal
  name_key TEXT NOT NULL UNIQUE, -- internal
  created_at TEXT NOT NULL -- internal
) STRICT;

CREATE TABLE role_rights (
  role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE, -- internal
  right_name TEXT NOT NULL, -- internal
  PRIMARY KEY (role_id, right_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_rights_name ON role_rights (right_name, role_id);

CREATE TABLE given_roles (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  role_id TEXT NOT NULL REFERENCES roles (id), -- personal
  granted_at TEXT NOT NULL, -- personal
  granted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  PRIMARY KEY (person_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX given_roles_role ON given_roles (role_id, person_id);

CREATE INDEX given_roles_granted_by ON given_roles (granted_by);
`,
}
