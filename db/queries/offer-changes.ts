// SPDX-License-Identifier: AGPL-3.0-or-later
// What a change of an own offer reads and writes, and its frozen texts.
import type { Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import { inList } from '../in-list.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { countSeatsTaken } from './applications.ts'
import { getAssociation, type AssociationRow } from './association.ts'
import { countOpenApplications, findOffer, toColumns, type OfferRow } from './offers.ts'
import { listActiveCentres, saveSubmission } from './submissions.ts'

type Handle = Kysely<Tables>
export type RevisionRow = Omit<Row<'offer_revisions'>, 'content'> & { content: OfferContent; author: string | null }

type Typed<T> = Omit<T, 'content'> & { content?: OfferContent }
export type LoadedOffer = {
  offer: OfferRow
  association: AssociationRow
  /** Seats that are taken or held. */
  taken: number
  /** Applications that wait for an answer. */
  waiting: number
  /** Addresses of the centres that read our offers. */
  centres: string[]
}

export async function loadOffer(db: Handle, id: string): Promise<LoadedOffer | undefined> {
  const offer = await findOffer(db, id)
  return (
    offer && {
      offer,
      association: await getAssociation(db),
      taken: await countSeatsTaken(db, id),
      waiting: await countOpenApplications(db, id),
      centres: (await listActiveCentres(db)).map(({ uri }) => uri),
    }
  )
}

/** Whether one of these people may still use this site. */
export async function hasActivePerson(db: Handle, ids: readonly string[]): Promise<boolean> {
  const person = await db
    .selectFrom('people')
    .select('id')
    .where('id', 'in', inList(ids))
    .where('disabled_at', 'is', null)
    .where('restricted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return person !== undefined
}

/** @returns false when somebody else changed it since `version` was read. */
export async function updateOffer(
  tx: Handle,
  offer: Pick<OfferRow, 'id' | 'version'>,
  changes: Typed<Changes<'offers'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('offers')
    .set({ ...(toColumns(changes) as Changes<'offers'>), version: offer.version + 1 })
    .where('id', '=', offer.id)
    .where('version', '=', offer.version)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** For the first publication: freezes the text and gives it to the centres to read. */
export async function insertFirstRevision(
  tx: Handle,
  revision: Omit<Parameters<typeof insertRevision>[1], 'material'> & { revision: number },
  centres: readonly string[],
): Promise<void> {
  await insertRevision(tx, { ...revision, material: 1 })
  const { offer_id, revision: number, created_at } = revision
  for (const centre_uri of centres) {
    await saveSubmission(tx, { offer_id, centre_uri, state: 'sent', revision: number, submitted_at: created_at })
  }
}

/** A revision never changes. */
export async function insertRevision(
  tx: Handle,
  revision: Omit<NewRow<'offer_revisions'>, 'content'> & { content: OfferContent },
): Promise<void> {
  await tx
    .insertInto('offer_revisions')
    .values({ ...revision, content: JSON.stringify(revision.content) })
    .execute()
}

/** Newest first. */
export async function listRevisions(db: Handle, offerId: string): Promise<RevisionRow[]> {
  const rows = await db
    .selectFrom('offer_revisions')
    .leftJoin('people', 'people.id', 'offer_revisions.created_by')
    .selectAll('offer_revisions')
    .select('people.given_name as author')
    .where('offer_id', '=', offerId)
    .orderBy('revision', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, content: completeContent(JSON.parse(row.content)) }))
}
