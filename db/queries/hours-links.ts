// SPDX-License-Identifier: AGPL-3.0-or-later
// Links with which hours are recorded without an account, and lines of people whom nobody knows yet.
import { sql, type Kysely } from 'kysely'
import { nameKey } from '../plain.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Label = { fr?: string; en?: string }
export type LinkRow = Row<'hours_links'>
/** Of an offer or of a person. */
export type LinkOf = { offerId: string } | { personId: string }

export async function findLinkOf(db: Handle, of: LinkOf): Promise<LinkRow | undefined> {
  const query = db.selectFrom('hours_links').selectAll()
  return (
    'offerId' in of ? query.where('offer_id', '=', of.offerId) : query.where('person_id', '=', of.personId)
  ).executeTakeFirst()
}

/** One that is on, up to its last day. @param today YYYY-MM-DD at the association. */
export async function findOpenLink(db: Handle, hash: string, today: string): Promise<LinkRow | undefined> {
  return db
    .selectFrom('hours_links')
    .selectAll()
    .where('hash', '=', hash)
    .where('is_on', '=', 1)
    .where('expires_on', '>=', today)
    .executeTakeFirst()
}

export async function insertLink(tx: Handle, link: NewRow<'hours_links'>): Promise<void> {
  await tx.insertInto('hours_links').values(link).execute()
}

export async function saveLink(
  tx: Handle,
  id: string,
  change: Partial<Pick<LinkRow, 'hash' | 'series' | 'category_id' | 'is_on' | 'expires_on' | 'used_at'>>,
): Promise<void> {
  await tx.updateTable('hours_links').set(change).where('id', '=', id).execute()
}

export async function isAcceptedFor(db: Handle, personId: string, offerId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from applications a join people p on p.id = a.person_id
    where a.person_id = ${personId} and +a.offer_id = ${offerId} and +a.state in ('accepted', 'completed')
      and p.disabled_at is null and p.restricted_at is null limit 1`.execute(db)
  return rows.length > 0
}

export type KioskLine = Row<'kiosk_lines'> & { category_label: Label; offer_title: Label | null }

/** The first ones that came, at most `limit`. */
export async function listKioskLines(db: Handle, limit: number): Promise<KioskLine[]> {
  const { rows } = await sql<Row<'kiosk_lines'> & { label: string; title: string | null }>`
    select d.*, c.label, o.content ->> 'title' as title from kiosk_lines d
    join hours_categories c on c.id = d.category_id left join offers o on o.id = d.offer_id
    order by d.id limit ${limit}`.execute(db)
  return rows.map(({ label, title, ...row }) => ({
    ...row,
    category_label: JSON.parse(label) as Label,
    offer_title: title === null ? null : (JSON.parse(title) as Label),
  }))
}

export async function findKioskLine(db: Handle, id: string): Promise<Row<'kiosk_lines'> | undefined> {
  return db.selectFrom('kiosk_lines').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function countKioskLines(db: Handle): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from kiosk_lines`.execute(db)
  return rows[0]!.count
}

/** One of the same form is there already: nothing is added. */
export async function insertKioskLine(tx: Handle, line: NewRow<'kiosk_lines'>): Promise<void> {
  await tx
    .insertInto('kiosk_lines')
    .values(line)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteKioskLine(tx: Handle, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('kiosk_lines').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

type Named = { id: string; given_name: string; family_name: string }

/** Lines with the name of somebody, however it is written. Those of a name that two people have are nobody's yet. */
export function isTypedBy({ id, given_name, family_name }: Named) {
  const key = nameKey(family_name, given_name)
  return sql<boolean>`(${key} <> '' and name_key(family_name || ' ' || given_name) = ${key}
    and not exists (select 1 from people p where p.search_key = ${key} and p.id <> ${id}))`
}

export async function deleteKioskLinesOf(tx: Handle, person: Named): Promise<void> {
  await tx.deleteFrom('kiosk_lines').where(isTypedBy(person)).execute()
}
