// SPDX-License-Identifier: AGPL-3.0-or-later
// Before a year is closed, hours that wait with a typed name are counted by their day.
import type { Migration } from '../migrate.ts'

export const findKioskDays: Migration = {
  name: '202611300008-find-kiosk-days',
  sql: `
CREATE INDEX kiosk_lines_day ON kiosk_lines (worked_on);
`,
}
