// SPDX-License-Identifier: AGPL-3.0-or-later
// Towns that are in no list, as the texts of listings name them, and what somebody here decided each of them is. What is
// listed already is read as far as SQL can; a listing that is saved again names its towns as the code writes them.
import type { Migration } from '../migrate.ts'

const MARKED: Record<string, string> = {
  a: 'àâäáãåÀÂÄÁÃÅ',
  c: 'çÇ',
  e: 'éèêëÉÈÊË',
  i: 'îïíìÎÏÍÌ',
  n: 'ñÑ',
  o: 'ôöóòõÔÖÓÒÕ',
  oe: 'œŒ',
  u: 'ùûüúÙÛÜÚ',
  ' ': '-’',
}
const folded = (text: string) =>
  Object.entries(MARKED)
    .flatMap(([plain, marked]) => [...marked].map((letter) => [letter, plain] as const))
    .reduce((made, [letter, plain]) => `replace(${made}, '${letter}', '${plain}')`, `lower(trim(${text}))`)

const TYPED = `SELECT l.id AS listing, p.value ->> '$.name' AS name, ${folded("p.value ->> '$.name'")} AS key,
    coalesce(p.value ->> '$.postalCode', '') AS postal_code, coalesce(p.value ->> '$.country', '') AS country
  FROM listings l, json_each(l.content, '$.places') p
  WHERE p.value ->> '$.code' IS NULL AND coalesce(p.value ->> '$.name', '') <> ''`

export const settleTypedTowns: Migration = {
  name: '202611291235-settle-typed-towns',
  sql: `
CREATE TABLE typed_towns (
  id TEXT PRIMARY KEY, -- public
  key TEXT NOT NULL, -- public
  name TEXT NOT NULL, -- public
  postal_code TEXT NOT NULL DEFAULT '', -- public
  country TEXT NOT NULL DEFAULT '' CHECK (country IN ('', 'FR', 'CA')), -- public
  code TEXT, -- public
  own_place TEXT CHECK (own_place IS NULL OR json_valid(own_place)), -- public
  decided_at TEXT, -- internal
  version INTEGER NOT NULL DEFAULT 1 -- internal
) STRICT;

CREATE UNIQUE INDEX typed_towns_typed ON typed_towns (key, postal_code, country);

CREATE INDEX typed_towns_open ON typed_towns (key, id) WHERE code IS NULL;

CREATE INDEX typed_towns_settled ON typed_towns (key, id) WHERE code IS NOT NULL;

CREATE INDEX typed_towns_code ON typed_towns (code, id) WHERE code IS NOT NULL;

CREATE INDEX typed_towns_own ON typed_towns (id) WHERE own_place IS NOT NULL;

CREATE TABLE listing_towns (
  town_id TEXT NOT NULL REFERENCES typed_towns (id) ON DELETE CASCADE, -- public
  listing_id INTEGER NOT NULL REFERENCES listings (id) ON DELETE CASCADE, -- public
  PRIMARY KEY (town_id, listing_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX listing_towns_listing ON listing_towns (listing_id);

INSERT INTO typed_towns (id, key, name, postal_code, country)
  SELECT lower(hex(randomblob(8))), key, min(name), postal_code, country FROM (${TYPED})
  GROUP BY key, postal_code, country;

INSERT OR IGNORE INTO listing_towns
  SELECT t.id, o.listing FROM (${TYPED}) o
  JOIN typed_towns t ON t.key = o.key AND t.postal_code = o.postal_code AND t.country = o.country;
`,
}
