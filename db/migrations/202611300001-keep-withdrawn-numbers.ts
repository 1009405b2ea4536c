// SPDX-License-Identifier: AGPL-3.0-or-later
// A credential that was withdrawn stays withdrawn after its person is erased: its number is all that is kept of it.
import type { Migration } from '../migrate.ts'

export const keepWithdrawnNumbers: Migration = {
  name: '202611300001-keep-withdrawn-numbers',
  sql: `
CREATE TABLE withdrawn_numbers (
  number INTEGER PRIMARY KEY -- public
) STRICT;
INSERT INTO withdrawn_numbers (number) SELECT number FROM attestations WHERE revoked_at IS NOT NULL;
DROP INDEX attestations_revoked;
`,
}
