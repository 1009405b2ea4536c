// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody who has come says a few words about it. With their consent the team shows them; `shown_name` is the name that
// stands below them, as the person chose it, `wording` the consent they gave. The mailbox finds the words again when an account or an erasure asks.
import type { Migration } from '../migrate.ts'

export const keepTestimonials: Migration = {
  name: '202611300037-keep-testimonials',
  sql: `
CREATE TABLE testimonials (
  id TEXT PRIMARY KEY, -- internal
  application_id TEXT NOT NULL UNIQUE REFERENCES applications (id) ON DELETE CASCADE, -- internal
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, -- personal
  state TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'hidden', 'private')), -- personal
  words TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 1000), -- personal
  signature TEXT NOT NULL CHECK (signature IN ('given', 'initials', 'none')), -- personal
  shown_name TEXT NOT NULL CHECK (length(shown_name) <= 120), -- personal
  locale TEXT NOT NULL, -- personal
  wording TEXT NOT NULL, -- personal
  email_key TEXT NOT NULL, -- personal
  person_id TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  version INTEGER NOT NULL DEFAULT 1, -- internal
  written_at TEXT NOT NULL, -- personal
  updated_at TEXT NOT NULL, -- personal
  decided_by TEXT REFERENCES people (id) ON DELETE SET NULL -- personal
) STRICT;

CREATE INDEX testimonials_state ON testimonials (state, updated_at DESC, id);

CREATE INDEX testimonials_offer ON testimonials (offer_id, state, updated_at);

CREATE INDEX testimonials_email ON testimonials (email_key);

CREATE INDEX testimonials_person ON testimonials (person_id);

CREATE INDEX testimonials_decided_by ON testimonials (decided_by);
`,
}
