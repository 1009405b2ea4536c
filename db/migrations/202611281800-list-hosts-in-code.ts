// SPDX-License-Identifier: AGPL-3.0-or-later
// The functions that write peers, actors and deliveries keep the list of hosts (queries/fed-hosts.ts). The triggers that
// did ordered values inside an aggregate, for which SQLite before 3.44 could not read the file at all.
import type { Migration } from '../migrate.ts'

export const listHostsInCode: Migration = {
  name: '202611281800-list-hosts-in-code',
  sql: `
DROP TRIGGER fed_peers_host_known;
DROP TRIGGER fed_peers_host_forgotten;
DROP TRIGGER fed_actors_host_known;
DROP TRIGGER fed_actors_host_forgotten;
DROP TRIGGER fed_deliveries_host_known;
DROP TRIGGER fed_deliveries_host_forgotten;
`,
}
