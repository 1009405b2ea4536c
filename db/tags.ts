// SPDX-License-Identifier: AGPL-3.0-or-later
// What a column holds, as a tag after it in the migration: `email TEXT NOT NULL, -- personal`.

/**
 * public: anybody may read it · internal: the association's own business · personal: about one person ·
 * sensitive: personal and risky · secret: opens something. Source of the rule: GDPR art. 30; Loi 25 art. 3.2.
 */
export const TAGS = ['public', 'internal', 'personal', 'sensitive', 'secret'] as const
export type Tag = (typeof TAGS)[number]

export const TAG_AT_END = new RegExp(` -- (${TAGS.join('|')})$`)

const ALL = new RegExp(TAG_AT_END.source, 'gm')

/**
 * SQLite gets the SQL without tags, because it stores the text of a table and inserts added columns into it: a tag
 * would soon follow the wrong column.
 */
export function withoutTags(sql: string): string {
  return sql.replaceAll(ALL, '')
}
