// SPDX-License-Identifier: AGPL-3.0-or-later
// Our copies of the pictures of members' offers, so that no page leads a visitor's browser to another site.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type CopyRow = Row<'picture_copies'>
export type PictureCopy = Pick<CopyRow, 'id' | 'width' | 'height'>

/** The pictures of one offer are these from now on: new ones are due at once, others go. @param newId makes an id. */
export async function wantPictures(
  tx: Handle,
  offerUri: string,
  urls: readonly string[],
  { at, newId }: { at: string; newId: () => string },
): Promise<void> {
  await tx
    .deleteFrom('picture_copies')
    .where('offer_uri', '=', offerUri)
    .where('source_url', 'not in', inList(urls))
    .execute()
  if (urls.length === 0) return
  const rows = urls.map((source_url) => ({ source_url, offer_uri: offerUri, id: newId(), due_at: at }))
  await tx
    .insertInto('picture_copies')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Deletes those of the next `most` behind this id that no text names, be it shown or waiting.
 * @returns the last id that was looked at; undefined at the end.
 */
export async function deleteUnneededCopies(db: Handle, after: string, most: number): Promise<string | undefined> {
  const next = await db
    .selectFrom('picture_copies')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
    .execute()
  const ids = next.map(({ id }) => id)
  await sql`delete from picture_copies where id in ${inList(ids)} and not exists (
    select 1 from moderation_items i where i.offer_uri = picture_copies.offer_uri
      and instr(coalesce(i.accepted_offer, '') || iif(i.state in ('refused', 'removed', 'withdrawn'), '',
        coalesce(i.pending_offer, '')), picture_copies.source_url) > 0)`.execute(db)
  return next.length < most ? undefined : ids.at(-1)
}

export type DuePicture = Pick<CopyRow, 'id' | 'source_url' | 'tries'>

export async function listDuePictures(db: Handle, now: string, limit: number): Promise<DuePicture[]> {
  return db
    .selectFrom('picture_copies')
    .select(['id', 'source_url', 'tries'])
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute()
}

export async function savePictureCopy(
  tx: Handle,
  id: string,
  changes: Partial<Pick<CopyRow, 'media_type' | 'width' | 'height' | 'bytes' | 'tries' | 'fault' | 'due_at'>>,
): Promise<void> {
  await tx.updateTable('picture_copies').set(changes).where('id', '=', id).execute()
}

/** Of one offer, by address at home; those that we do not have yet are left out. */
export async function findPictureCopies(
  db: Handle,
  offerUri: string,
  urls: readonly string[],
): Promise<ReadonlyMap<string, PictureCopy>> {
  if (urls.length === 0) return new Map()
  const rows = await db
    .selectFrom('picture_copies')
    .select(['source_url', 'id', 'width', 'height'])
    .where('offer_uri', '=', offerUri)
    .where('source_url', 'in', inList(urls))
    .where('bytes', 'is not', null)
    .execute()
  return new Map(rows.map(({ source_url, ...copy }) => [source_url, copy]))
}

/** `is_shown`: the text of its offer that is on our site names it. */
export function findPictureCopy(db: Handle, id: string): Promise<(CopyRow & { is_shown: 0 | 1 }) | undefined> {
  return db
    .selectFrom('picture_copies')
    .selectAll()
    .select(
      sql<0 | 1>`exists (select 1 from listings l, json_each(l.content, '$.pictures') p
        where l.offer_uri = picture_copies.offer_uri and p.value ->> 'url' = picture_copies.source_url)`.as('is_shown'),
    )
    .where('id', '=', id)
    .executeTakeFirst()
}
