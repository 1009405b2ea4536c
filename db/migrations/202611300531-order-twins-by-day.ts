// SPDX-License-Identifier: AGPL-3.0-or-later
// Lines of one day stand together in most files: they are compared with less to write in that order.
import type { Migration } from '../migrate.ts'

export const orderTwinsByDay: Migration = {
  name: '202611300531-order-twins-by-day',
  sql: `
DROP INDEX import_rows_twins;
CREATE INDEX import_rows_twins ON import_rows (import_id, worked_on, party, minutes, line);
`,
}
