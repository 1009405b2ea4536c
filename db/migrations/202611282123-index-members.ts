// SPDX-License-Identifier: AGPL-3.0-or-later
// Members by name, and how many offers each has online, from indexes alone: a centre may have thousands of members.
import type { Migration } from '../migrate.ts'

export const indexMembers: Migration = {
  name: '202611282123-index-members',
  sql: `
DROP INDEX affiliations_state;
CREATE INDEX affiliations_state ON affiliations (partner_is, state, partner_name COLLATE NOCASE, partner_uri);
DROP INDEX listings_association;
CREATE INDEX listings_association ON listings (association_uri, status, visible_until, visible_from, applications);
`,
}
