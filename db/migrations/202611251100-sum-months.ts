// SPDX-License-Identifier: AGPL-3.0-or-later
// The days of counts added up by month, as they are written: a year of a thousand offers is read from twelve thousand
// rows, not from four hundred thousand. Whoever writes a day, triggers keep its month true.
import type { Migration } from '../migrate.ts'

type Counts = { table: string; kind: string; offer: string; teller: string; sums: readonly string[] }

const all: Counts[] = [
  {
    table: 'offer_counts',
    kind: 'counted',
    offer: 'offer_id',
    teller: 'channel',
    sums: ['views', 'apply_starts', 'applications', 'accepted'],
  },
  { table: 'shown_counts', kind: 'shown', offer: 'offer_uri', teller: "''", sums: ['impressions', 'views'] },
  {
    table: 'reported_counts',
    kind: 'reported',
    offer: 'offer_uri',
    teller: 'reporter',
    sums: ['impressions', 'views', 'apply_starts', 'applications', 'accepted'],
  },
]

/** The name of a column in the row `new` or `old`; an empty text stays one. */
const of = (row: string, column: string) => (column === "''" ? column : `${row}.${column}`)

/** Offer, day and teller of a row never change: only the numbers of an old one do. */
const kept = ({ table, kind, offer, teller, sums }: Counts) => `
CREATE TRIGGER ${table}_added AFTER INSERT ON ${table} BEGIN
  INSERT INTO month_counts (kind, offer, teller, month, days, ${sums.join(', ')})
  VALUES ('${kind}', new.${offer}, ${of('new', teller)}, substr(new.day, 1, 7), 1, ${sums.map((one) => `new.${one}`).join(', ')})
  ON CONFLICT (kind, offer, teller, month) DO UPDATE
  SET days = days + 1, ${sums.map((one) => `${one} = ${one} + excluded.${one}`).join(', ')};
END;

CREATE TRIGGER ${table}_changed AFTER UPDATE ON ${table} BEGIN
  UPDATE month_counts SET ${sums.map((one) => `${one} = ${one} - old.${one} + new.${one}`).join(', ')}
  WHERE kind = '${kind}' AND offer = old.${offer} AND teller = ${of('old', teller)} AND month = substr(old.day, 1, 7);
END;

CREATE TRIGGER ${table}_removed AFTER DELETE ON ${table} BEGIN
  UPDATE month_counts SET days = days - 1, ${sums.map((one) => `${one} = ${one} - old.${one}`).join(', ')}
  WHERE kind = '${kind}' AND offer = old.${offer} AND teller = ${of('old', teller)} AND month = substr(old.day, 1, 7);
  DELETE FROM month_counts
  WHERE kind = '${kind}' AND offer = old.${offer} AND teller = ${of('old', teller)} AND month = substr(old.day, 1, 7)
    AND days = 0;
END;

INSERT INTO month_counts (kind, offer, teller, month, days, ${sums.join(', ')})
  SELECT '${kind}', ${offer}, ${teller}, substr(day, 1, 7), count(*), ${sums.map((one) => `sum(${one})`).join(', ')}
  FROM ${table} GROUP BY 2, 3, 4;
`

export const sumMonths: Migration = {
  name: '202611251100-sum-months',
  sql: `
-- offer: the id of ours where we counted, the address where it was shown or told of. teller: the channel, nobody, the
-- reporter. days: how many rows of a day are in it; a month without one has no row.
CREATE TABLE month_counts (
  kind TEXT NOT NULL CHECK (kind IN ('counted', 'shown', 'reported')), -- internal
  offer TEXT NOT NULL, -- internal
  teller TEXT NOT NULL, -- internal
  month TEXT NOT NULL, -- internal
  days INTEGER NOT NULL CHECK (days >= 0), -- internal
  impressions INTEGER NOT NULL DEFAULT 0, -- internal
  views INTEGER NOT NULL DEFAULT 0, -- internal
  apply_starts INTEGER NOT NULL DEFAULT 0, -- internal
  applications INTEGER NOT NULL DEFAULT 0, -- internal
  accepted INTEGER NOT NULL DEFAULT 0, -- internal
  PRIMARY KEY (kind, offer, teller, month)
) STRICT, WITHOUT ROWID;
${all.map(kept).join('')}
-- One offer since its first day is read from its months too.
DROP INDEX shown_counts_offer;
DROP INDEX reported_counts_offer;
`,
}
