// SPDX-License-Identifier: AGPL-3.0-or-later
// Moderators look for offers by words and by what they are about; what waits is compared with how long answers take.
import type { Migration } from '../migrate.ts'

/** What is known already is folded as far as SQL can; what is saved again is folded whole. */
const PLAIN: Record<string, string> = {
  a: 'àâäáãåÀÂÄÁÃÅ',
  ae: 'æÆ',
  c: 'çÇ',
  e: 'éèêëÉÈÊË',
  i: 'îïíìÎÏÍÌ',
  n: 'ñÑ',
  o: 'ôöóòõøÔÖÓÒÕØ',
  oe: 'œŒ',
  ss: 'ßẞ',
  u: 'ùûüúÙÛÜÚ',
  y: 'ÿŸ',
}
const folded = (text: string) =>
  Object.entries(PLAIN)
    .flatMap(([plain, marked]) => [...marked].map((letter) => [letter, plain] as const))
    .reduce((made, [letter, plain]) => `replace(${made}, '${letter}', '${plain}')`, `lower(${text})`)
const words = (text: string) =>
  ['’', "''", '-', '.', '/', ':', ',', '(', ')'].reduce(
    (made, sign) => `replace(${made}, '${sign}', ' ')`,
    folded(text),
  )
const OFFER = 'coalesce(pending_offer, accepted_offer)'
const listed = (path: string, value: string, glue: string) =>
  `coalesce((SELECT group_concat(${value}, '${glue}') FROM json_each(${OFFER}, '${path}')), '')`

export const findModerationItems: Migration = {
  name: '202611291751-find-moderation-items',
  sql: `
ALTER TABLE moderation_items ADD COLUMN search_key TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE moderation_items ADD COLUMN commitment TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE moderation_items ADD COLUMN causes TEXT NOT NULL DEFAULT ' '; -- public
ALTER TABLE moderation_items ADD COLUMN arrival TEXT NOT NULL DEFAULT 'new' -- internal
  CHECK (arrival IN ('new', 'changed', 'answered', 'back'));
ALTER TABLE moderation_items ADD COLUMN answered_after INTEGER; -- internal

UPDATE moderation_items SET
  search_key = ${words(`association_name || ' ' || title || ' ' || ${listed('$.content.places', "value ->> '$.name'", ' ')}`)},
  commitment = coalesce(${OFFER} ->> '$.content.commitment', ''),
  causes = ' ' || ${listed('$.content.causes', 'value', ' ')} || ' ',
  arrival = CASE
    WHEN accepted_offer IS NOT NULL THEN 'changed'
    WHEN decided_at IS NULL THEN 'new'
    WHEN reason_code IS NULL AND answered_offer IS NOT NULL THEN 'answered'
    ELSE 'back' END
  WHERE true;

DROP INDEX moderation_items_newest;
CREATE INDEX moderation_items_newest ON moderation_items
  (coalesce(decided_at, received_at) DESC, id, state, accepted_revision, commitment, causes, search_key);

CREATE INDEX moderation_items_delays ON moderation_items (decided_at, answered_after) WHERE answered_after IS NOT NULL;
`,
}
