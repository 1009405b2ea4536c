// SPDX-License-Identifier: AGPL-3.0-or-later
// One row per offer of a member, with the text that is online and the one that waits.
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Offers = { accepted_offer: PublicOffer | null; pending_offer: PublicOffer | null }
export type ItemRow = Omit<Row<'moderation_items'>, keyof Offers> & Offers
export type ItemLine = ItemRow & { taker: string; decider: string; accepter: string }
export type ItemChanges = Omit<Changes<'moderation_items'>, keyof Offers> & Partial<Offers>

/** `waiting`: for a moderator; `asked`: for an answer of the association. */
export const SHELVES = ['waiting', 'asked', 'online', 'refused', 'gone', 'all'] as const
export type Shelf = (typeof SHELVES)[number]
export type ItemFilter = { shelf: Shelf; association?: string | undefined }

function fromRow<T extends Row<'moderation_items'>>(row: T): Omit<T, keyof Offers> & Offers {
  const read = (text: string | null) => {
    const offer = text === null ? null : (JSON.parse(text) as PublicOffer)
    return offer && { ...offer, content: completeContent(offer.content) }
  }
  return { ...row, accepted_offer: read(row.accepted_offer), pending_offer: read(row.pending_offer) }
}

function toColumns<T extends Partial<Offers>>(changes: T) {
  const { accepted_offer, pending_offer, ...rest } = changes
  const write = (offer: PublicOffer | null) => (offer ? JSON.stringify(offer) : null)
  return {
    ...rest,
    ...(accepted_offer !== undefined && { accepted_offer: write(accepted_offer) }),
    ...(pending_offer !== undefined && { pending_offer: write(pending_offer) }),
  }
}

export async function findItem(db: Handle, id: string): Promise<ItemRow | undefined> {
  const row = await db.selectFrom('moderation_items').selectAll().where('id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

export async function findItemOfOffer(db: Handle, offerUri: string): Promise<ItemRow | undefined> {
  const row = await db.selectFrom('moderation_items').selectAll().where('offer_uri', '=', offerUri).executeTakeFirst()
  return row && fromRow(row)
}

/** Online, or may still go online. */
export async function listLiveItemsOf(db: Handle, associationUri: string): Promise<ItemRow[]> {
  const rows = await db
    .selectFrom('moderation_items')
    .selectAll()
    .where('association_uri', '=', associationUri)
    .where('state', '<>', 'withdrawn')
    .orderBy('received_at')
    .execute()
  return rows.map(fromRow)
}

/** Oldest first; at most a hundred. */
export async function listRefusableOf(db: Handle, associationUri: string): Promise<ItemRow[]> {
  const rows = await db
    .selectFrom('moderation_items')
    .selectAll()
    .where('association_uri', '=', associationUri)
    .where('state', 'in', ['pending', 'in_review'])
    .orderBy('pending_since')
    .limit(100)
    .execute()
  return rows.map(fromRow)
}

export async function listAskedBefore(
  db: Handle,
  instant: string,
): Promise<Pick<ItemRow, 'id' | 'version' | 'note'>[]> {
  return db
    .selectFrom('moderation_items')
    .select(['id', 'version', 'note'])
    .where('state', '=', 'changes_requested')
    .where('decided_at', '<=', instant)
    .execute()
}

export async function listItemsOf(db: Handle, associationUri: string): Promise<ItemRow[]> {
  const rows = await db
    .selectFrom('moderation_items')
    .selectAll()
    .where('association_uri', '=', associationUri)
    .execute()
  return rows.map(fromRow)
}

export async function insertItem(
  tx: Handle,
  row: Omit<NewRow<'moderation_items'>, keyof Offers> & Partial<Offers>,
): Promise<void> {
  await tx
    .insertInto('moderation_items')
    .values(toColumns(row) as NewRow<'moderation_items'>)
    .execute()
}

export async function updateItem(tx: Handle, id: string, changes: ItemChanges): Promise<void> {
  await tx
    .updateTable('moderation_items')
    .set(toColumns(changes) as Changes<'moderation_items'>)
    .where('id', '=', id)
    .execute()
}

type Query<T> = SelectQueryBuilder<Tables, 'moderation_items', T>

/** Accepted without a moderator (a trusted member), and not read since. */
const UNREAD = sql<boolean>`(moderation_items.state = 'accepted' and moderation_items.decided_at is null)`

function onShelf<T>(query: Query<T>, { shelf, association }: ItemFilter): Query<T> {
  const kept = association ? query.where('moderation_items.association_uri', '=', association) : query
  switch (shelf) {
    case 'waiting':
      return kept.where((eb) => eb.or([eb('moderation_items.state', 'in', ['pending', 'in_review']), UNREAD]))
    case 'asked':
      return kept.where('moderation_items.state', '=', 'changes_requested')
    case 'online':
      return kept.where('moderation_items.accepted_revision', 'is not', null)
    case 'refused':
      return kept.where('moderation_items.state', '=', 'refused')
    case 'gone':
      return kept.where('moderation_items.state', 'in', ['removed', 'withdrawn'])
    case 'all':
      return kept
  }
}

function lines(db: Handle, filter: ItemFilter) {
  const name = (person: string) =>
    sql<string>`coalesce((select trim(given_name || ' ' || family_name) from people where id = ${sql.ref(person)}), '')`
  return onShelf(db.selectFrom('moderation_items').selectAll(), filter).select([
    name('moderation_items.taken_by').as('taker'),
    name('moderation_items.decided_by').as('decider'),
    name('moderation_items.accepted_by').as('accepter'),
  ])
}

/** Those that wait: oldest first; the others: newest decision first. */
export async function listItems(
  db: Handle,
  filter: ItemFilter,
  window: { limit: number; offset: number },
): Promise<ItemLine[]> {
  const ordered =
    filter.shelf === 'waiting'
      ? lines(db, filter)
          .orderBy(sql`moderation_items.state = 'accepted'`)
          .orderBy('pending_since')
      : lines(db, filter).orderBy(sql`coalesce(decided_at, received_at) desc`)
  const rows = await ordered.orderBy('moderation_items.id').limit(window.limit).offset(window.offset).execute()
  return rows.map(fromRow)
}

export async function findItemLine(db: Handle, id: string): Promise<ItemLine | undefined> {
  const row = await lines(db, { shelf: 'all' }).where('moderation_items.id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

export async function countItems(db: Handle, filter: ItemFilter): Promise<number> {
  const row = await onShelf(db.selectFrom('moderation_items'), filter)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** By name. */
export async function listSenders(db: Handle): Promise<{ uri: string; name: string }[]> {
  return db
    .selectFrom('moderation_items')
    .select(['association_uri as uri', sql<string>`max(association_name)`.as('name')])
    .groupBy('association_uri')
    .orderBy(sql`max(association_name) collate nocase`)
    .execute()
}

export type Decision = { at: string; type: string; reason: string | null; item: string; title: string; decider: string }

/** Newest first. */
export async function listDecisionsAbout(db: Handle, associationUri: string, limit: number): Promise<Decision[]> {
  return decisions(db, associationUri)
    .leftJoin('people', 'people.id', 'events.actor_id')
    .select([
      'events.at',
      'events.type',
      sql<string | null>`json_extract(events.details, '$.reason')`.as('reason'),
      'moderation_items.id as item',
      'moderation_items.title',
      sql<string>`coalesce(trim(people.given_name || ' ' || people.family_name), '')`.as('decider'),
    ])
    .orderBy('events.seq', 'desc')
    .limit(limit)
    .execute()
}

/** The number of offers, by type of decision; an offer counts once for each type. */
export async function countDecisionsAbout(db: Handle, associationUri: string): Promise<Record<string, number>> {
  const rows = await decisions(db, associationUri)
    .select(['events.type', (eb) => eb.fn.count<number>('events.subject_id').distinct().as('n')])
    .groupBy('events.type')
    .execute()
  return Object.fromEntries(rows.map(({ type, n }) => [type, Number(n)]))
}

function decisions(db: Handle, associationUri: string) {
  return db
    .selectFrom('moderation_items')
    .innerJoin('events', 'events.subject_id', 'moderation_items.id')
    .where('moderation_items.association_uri', '=', associationUri)
    .where('events.type', 'in', [
      'moderation.accepted',
      'moderation.changes_requested',
      'moderation.refused',
      'moderation.removed',
    ])
}
