// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer of several associations gathers their signed attestations here, by their own choice.
import type { Migration } from '../migrate.ts'

export const gatherAttestations: Migration = {
  name: '202611300131-gather-attestations',
  sql: `
CREATE TABLE gathered_attestations (
  id TEXT PRIMARY KEY, -- internal
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, -- personal
  credential TEXT NOT NULL CHECK (length(credential) <= 20000), -- personal
  credential_id TEXT NOT NULL CHECK (length(credential_id) <= 300), -- personal
  issuer_name TEXT NOT NULL CHECK (length(issuer_name) <= 200), -- personal
  issuer_url TEXT NOT NULL CHECK (length(issuer_url) <= 300), -- personal
  person_name TEXT NOT NULL CHECK (length(person_name) <= 200), -- personal
  role TEXT NOT NULL CHECK (length(role) <= 500), -- personal
  from_day TEXT NOT NULL, -- personal
  until_day TEXT NOT NULL, -- personal
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 6000000), -- personal
  state TEXT NOT NULL CHECK (state IN ('valid', 'withdrawn')), -- personal
  checked_at TEXT NOT NULL, -- personal
  created_at TEXT NOT NULL, -- personal
  UNIQUE (person_id, credential_id)
) STRICT;
`,
}
