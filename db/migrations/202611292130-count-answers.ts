// SPDX-License-Identifier: AGPL-3.0-or-later
// How soon people are answered is counted by day like all that is counted, so that it stays when their details go; and
// for which cause an offer was stays when the offer has gone.
// Answers of before are counted on the day that they had in UTC.
import type { Migration } from '../migrate.ts'

const NAMES = ['answered_1', 'answered_3', 'answered_7', 'answered_14', 'answered_later'] as const
/** Whole days, begun ones too; the last one holds all others. */
const DAYS = [1, 3, 7, 14, 1_000_000]

const added = (table: string) =>
  NAMES.map((name) => `ALTER TABLE ${table} ADD COLUMN ${name} INTEGER NOT NULL DEFAULT 0; -- internal`).join('\n')
const each = (write: (name: string, at: number) => string) => NAMES.map(write).join(', ')
const PASSED = 'julianday(decided_at) - julianday(confirmed_at)'

export const countAnswers: Migration = {
  name: '202611292130-count-answers',
  sql: `
${added('offer_counts')}
${added('reported_counts')}
${added('month_counts')}

ALTER TABLE counted_offers ADD COLUMN cause TEXT NOT NULL DEFAULT ''; -- public

UPDATE counted_offers SET cause = coalesce(
  (SELECT l.cause FROM listings l WHERE l.offer_uri = counted_offers.offer_uri), '');

INSERT INTO offer_counts (day, offer_id, channel, ${NAMES.join(', ')})
  SELECT substr(decided_at, 1, 10), offer_id, channel,
    ${each((_name, at) => `coalesce(sum(${PASSED} <= ${DAYS[at]}${at > 0 ? ` AND ${PASSED} > ${DAYS[at - 1]}` : ''}), 0)`)}
  FROM applications
  WHERE state IN ('accepted', 'declined', 'completed', 'no_show') AND decided_by IS NOT NULL AND waitlisted_at IS NULL
    AND confirmed_at IS NOT NULL AND decided_at IS NOT NULL
  GROUP BY 1, 2, 3
  ON CONFLICT (offer_id, day, channel) DO UPDATE SET ${each((name) => `${name} = excluded.${name}`)};

INSERT INTO month_counts (kind, offer, teller, month, days, ${NAMES.join(', ')})
  SELECT 'counted', offer_id, channel, substr(day, 1, 7), count(*), ${each((name) => `sum(${name})`)}
  FROM offer_counts GROUP BY 2, 3, 4
  ON CONFLICT (kind, offer, teller, month) DO UPDATE
  SET days = excluded.days, ${each((name) => `${name} = excluded.${name}`)};
`,
}
