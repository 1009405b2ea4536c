// SPDX-License-Identifier: AGPL-3.0-or-later
// Volunteers get a numbered attestation of their approved hours, which whoever reads it can verify, and as a credential.
import type { Migration } from '../migrate.ts'

export const attestHours: Migration = {
  name: '202611292205-attest-hours',
  sql: `
CREATE TABLE attestations (
  id TEXT PRIMARY KEY, -- internal
  number INTEGER NOT NULL UNIQUE, -- personal
  code TEXT NOT NULL UNIQUE, -- secret
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  kind TEXT NOT NULL CHECK (kind IN ('volunteer', 'school')), -- personal
  locale TEXT NOT NULL CHECK (locale IN ('fr', 'fr-CA', 'en')), -- personal
  person_name TEXT NOT NULL, -- personal
  from_day TEXT NOT NULL, -- personal
  until_day TEXT NOT NULL CHECK (until_day >= from_day), -- personal
  functions TEXT NOT NULL, -- personal
  skills TEXT NOT NULL DEFAULT '[]', -- personal
  school TEXT NOT NULL DEFAULT '' CHECK (length(school) <= 160), -- personal
  guardian_name TEXT NOT NULL DEFAULT '' CHECK (length(guardian_name) <= 160), -- personal
  guardian_agreed_on TEXT, -- personal
  signatory TEXT NOT NULL CHECK (length(signatory) <= 160), -- personal
  signatory_role TEXT NOT NULL CHECK (length(signatory_role) <= 160), -- personal
  place TEXT NOT NULL CHECK (length(place) <= 160), -- personal
  issued_on TEXT NOT NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  revoked_at TEXT -- personal
) STRICT;
CREATE INDEX attestations_person ON attestations (person_id, number);
CREATE INDEX attestations_revoked ON attestations (number) WHERE revoked_at IS NOT NULL;
CREATE INDEX attestations_created_by ON attestations (created_by);

CREATE TRIGGER attestations_frozen
BEFORE UPDATE OF number, code, person_id, kind, locale, person_name, from_day, until_day, functions, skills, school,
  guardian_name, guardian_agreed_on, signatory, signatory_role, place, issued_on ON attestations
BEGIN
  SELECT RAISE(ABORT, 'an attestation does not change');
END;

CREATE TRIGGER attestations_revoked_once BEFORE UPDATE OF revoked_at ON attestations
WHEN OLD.revoked_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'an attestation is withdrawn once');
END;

CREATE TABLE volunteer_skills (
  person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE, -- personal
  skills TEXT NOT NULL, -- personal
  updated_at TEXT NOT NULL -- personal
) STRICT;

CREATE TABLE credential_keys (
  id TEXT PRIMARY KEY, -- public
  public_jwk TEXT NOT NULL, -- public
  private_sealed TEXT NOT NULL, -- secret
  created_at TEXT NOT NULL -- internal
) STRICT;
`,
}
