// SPDX-License-Identifier: AGPL-3.0-or-later
// The texts an own offer was published with, each frozen.
import type { Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type RevisionRow = Omit<Row<'offer_revisions'>, 'content'> & { content: OfferContent; author: string | null }

/** A revision is written once and never changed. */
export async function insertRevision(
  tx: Handle,
  revision: Omit<NewRow<'offer_revisions'>, 'content'> & { content: OfferContent },
): Promise<void> {
  await tx
    .insertInto('offer_revisions')
    .values({ ...revision, content: JSON.stringify(revision.content) })
    .execute()
}

/** The newest first. */
export async function listRevisions(db: Handle, offerId: string): Promise<RevisionRow[]> {
  const rows = await db
    .selectFrom('offer_revisions')
    .leftJoin('people', 'people.id', 'offer_revisions.created_by')
    .selectAll('offer_revisions')
    .select('people.given_name as author')
    .where('offer_id', '=', offerId)
    .orderBy('revision', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, content: JSON.parse(row.content) as OfferContent }))
}
