// SPDX-License-Identifier: AGPL-3.0-or-later
// What a column holds, written in the migration behind it: `email TEXT NOT NULL, -- personal`.

/**
 * public: anybody may read it · internal: the association's own business · personal: about one person ·
 * sensitive: personal and risky · secret: opens something. Source of the rule: GDPR art. 30; Loi 25 art. 3.2.
 */
export const TAGS = ['public', 'internal', 'personal', 'sensitive', 'secret'] as const
export type Tag = (typeof TAGS)[number]

/** A tag at the end of a line of SQL. */
export const TAG_AT_END = new RegExp(` -- (${TAGS.join('|')})$`)

const ALL = new RegExp(TAG_AT_END.source, 'gm')

/**
 * The SQL as SQLite gets it. SQLite keeps the text of a table and puts an added column into it wherever it ends, so that
 * a tag would soon stand beside the wrong column.
 */
export function withoutTags(sql: string): string {
  return sql.replaceAll(ALL, '')
}
