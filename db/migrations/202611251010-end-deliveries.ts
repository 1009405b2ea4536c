// SPDX-License-Identifier: AGPL-3.0-or-later
// Every row of the queue out has an end, and what is due is found host by host without reading the rest.
import type { Migration } from '../migrate.ts'

export const endDeliveries: Migration = {
  name: '202611251010-end-deliveries',
  sql: `
ALTER TABLE fed_deliveries ADD COLUMN ends_at TEXT NOT NULL DEFAULT '9999'; -- internal
UPDATE fed_deliveries SET ends_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+30 days');
CREATE INDEX fed_deliveries_end ON fed_deliveries (state, ends_at);
CREATE INDEX fed_deliveries_ready ON fed_deliveries (host, not_before, id) WHERE state = 'waiting';
`,
}
