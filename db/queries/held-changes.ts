// SPDX-License-Identifier: AGPL-3.0-or-later
// Changes of offers that the accepted people have not been told of yet.
import { sql, type Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `revision`: the text that people know. `changed_at`: of the newest change; `until`: when they are told (ISO). */
export type HeldChange = Row<'held_changes'>

/** A further change waits with the first one, whose text of before stays. */
export async function holdChange(tx: Handle, row: HeldChange): Promise<void> {
  const { changed_at, until, tells_note } = row
  await tx
    .insertInto('held_changes')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('offer_id').doUpdateSet((of) => ({
        changed_at,
        until,
        tells_note: of.fn('max', [of.ref('held_changes.tells_note'), of.val(tells_note)]),
      })),
    )
    .execute()
}

/** Offers whose people are told now, the earliest first. */
export async function listChangesUntil(db: Handle, now: string): Promise<string[]> {
  const due = db.selectFrom('held_changes').select('offer_id').where('until', '<=', now)
  return (await due.orderBy('until').execute()).map(({ offer_id }) => offer_id)
}

/** Undefined when another process was faster, or a new change put it off. */
export async function takeHeldChange(tx: Handle, offerId: string, now: string): Promise<HeldChange | undefined> {
  return tx
    .deleteFrom('held_changes')
    .where('offer_id', '=', offerId)
    .where('until', '<=', now)
    .returningAll()
    .executeTakeFirst()
}

/**
 * Accepted people who were there before the newest change, each with the text that they know: that of their acceptance,
 * or the one before the first change for those who were there then.
 */
export async function listKnownRevisions(
  db: Handle,
  offerId: string,
  { revision, changed_at }: Pick<HeldChange, 'revision' | 'changed_at'>,
): Promise<{ id: string; revision: number }[]> {
  const { rows } = await sql<{ id: string; revision: number }>`
    select a.id, max(${revision}, coalesce((select max(r.revision) from offer_revisions r
      where r.offer_id = a.offer_id and r.created_at <= a.decided_at), 0)) as revision
    from applications a where a.offer_id = ${offerId} and a.state = 'accepted' and a.decided_at < ${changed_at}
    `.execute(db)
  return rows
}

export async function findRevisionContent(
  db: Handle,
  offerId: string,
  revision: number,
): Promise<OfferContent | undefined> {
  const row = await db
    .selectFrom('offer_revisions')
    .select('content')
    .where('offer_id', '=', offerId)
    .where('revision', '=', revision)
    .executeTakeFirst()
  return row && completeContent(JSON.parse(row.content) as OfferContent)
}
