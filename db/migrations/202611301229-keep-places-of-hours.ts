// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours may say where they were done, also those of a file.
import type { Migration } from '../migrate.ts'

export const keepPlacesOfHours: Migration = {
  name: '202611301229-keep-places-of-hours',
  sql: `
ALTER TABLE hours_entries ADD COLUMN place TEXT NOT NULL DEFAULT '' CHECK (length(place) <= 100); -- personal

ALTER TABLE import_rows ADD COLUMN place TEXT NOT NULL DEFAULT '' CHECK (length(place) <= 100); -- personal
`,
}
