// SPDX-License-Identifier: AGPL-3.0-or-later
// Own offers are looked for by title and town, and put in order by their end. Names are folded further: ø, ł, đ, ß and
// their like are what a keyboard without them has.
import type { Migration } from '../migrate.ts'

/** What is known already is folded as far as SQL can; what is saved again is folded whole. */
const PLAIN: Record<string, string> = {
  a: 'àâäáãåÀÂÄÁÃÅ',
  ae: 'æÆ',
  c: 'çÇ',
  d: 'đĐðÐ',
  e: 'éèêëÉÈÊË',
  i: 'îïíìıÎÏÍÌ',
  l: 'łŁ',
  n: 'ñÑ',
  o: 'ôöóòõøÔÖÓÒÕØ',
  oe: 'œŒ',
  ss: 'ßẞ',
  th: 'þÞ',
  u: 'ùûüúÙÛÜÚ',
  y: 'ÿŸ',
}
const folded = (text: string) =>
  Object.entries(PLAIN)
    .flatMap(([plain, marked]) => [...marked].map((letter) => [letter, plain] as const))
    .reduce((made, [letter, plain]) => `replace(${made}, '${letter}', '${plain}')`, `lower(${text})`)

export const findOwnOffers: Migration = {
  name: '202611290946-find-own-offers',
  sql: `
ALTER TABLE offers ADD COLUMN search_key TEXT NOT NULL DEFAULT ''; -- public

UPDATE offers SET search_key = ${folded("trim(coalesce(content ->> '$.title.fr', '') || ' ' || coalesce(content ->> '$.title.en', '') || ' ' || coalesce((SELECT group_concat(value ->> '$.name', ' ') FROM json_each(offers.content, '$.places')), ''))")};

CREATE INDEX offers_ending ON offers (publish_until, id);

UPDATE people SET search_key = ${folded('search_key')};

UPDATE fed_actors SET search_key = ${folded('name')} WHERE search_key <> '';

UPDATE affiliations SET search_key =
  ${folded("partner_name || ' ' || replace(replace(partner_url, 'https://', ''), 'http://', '')")};
`,
}
