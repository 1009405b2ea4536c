// SPDX-License-Identifier: AGPL-3.0-or-later
// The public list by key, for what holds all of it.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Of our own offers: the last one of each part of `size` but the last part, whatever their state. */
export async function listPartEnds(db: Handle, size: number): Promise<string[]> {
  const ends: string[] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const { rows }: { rows: { offer_id: string }[] } = await sql<{ offer_id: string }>`
      select offer_id from listings where offer_id > ${after} order by offer_id limit 2 offset ${size - 1}`.execute(db)
    after = rows.length > 1 ? rows[0]!.offer_id : undefined
    if (after !== undefined) ends.push(after)
  }
  return ends
}

/** The listing's number, the offer, and whether it is in the public list at `now` (ISO). */
export type ListedOffer = { id: number; offer_id: string; updated_at: string; is_listed: 0 | 1 }

/** Up to `most` of our own offers behind `after`, in the order of their ids; '' for the first ones. */
export async function listListedAfter(
  db: Handle,
  after: string,
  { now, most }: { now: string; most: number },
): Promise<ListedOffer[]> {
  const { rows } = await sql<ListedOffer>`
    select l.id, l.offer_id, l.updated_at,
      s.is_listed = 1 and s.visible_from <= ${now} and ${now} < s.visible_until as is_listed
    from listings l cross join listing_state s on s.id = l.id
    where l.offer_id > ${after} order by l.offer_id limit ${most}`.execute(db)
  return rows
}

/** Of up to `most` listings behind the number `after`: those in the public list at `now` (ISO); `last`: the last one looked at, when there may be more. */
export async function listListedIds(
  db: Handle,
  after: number,
  { now, most }: { now: string; most: number },
): Promise<{ listed: number[]; last: number | undefined }> {
  const { rows } = await sql<{ id: number; is_listed: 0 | 1 }>`
    select id, is_listed = 1 and visible_from <= ${now} and ${now} < visible_until as is_listed
    from listing_state where id > ${after} order by id limit ${most}`.execute(db)
  return {
    listed: rows.filter(({ is_listed }) => is_listed).map(({ id }) => id),
    last: rows.length === most ? rows.at(-1)!.id : undefined,
  }
}
