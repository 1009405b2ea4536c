// SPDX-License-Identifier: AGPL-3.0-or-later
// Names of partners stand in one order, that of their words: É beside E, and an apostrophe is no character.
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

const parted = (text: string) =>
  ['’', "''", '-', '.', '/', ':', ',', '(', ')'].reduce((made, sign) => `replace(${made}, '${sign}', ' ')`, text)
/** One space between words. */
const words = (text: string) => `trim(replace(replace(${parted(folded(text))}, '  ', ' '), '  ', ' '))`

export const orderNames: Migration = {
  name: '202611291039-order-names',
  sql: `
UPDATE affiliations SET search_key = ${words('partner_name')} || '  ' ||
  ${words("replace(replace(partner_url, 'https://', ''), 'http://', '')")};

DROP INDEX affiliations_state;

CREATE INDEX affiliations_state ON affiliations (partner_is, state, search_key, partner_uri);
`,
}
