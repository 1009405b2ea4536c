// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre knows of its members' offers: one row per offer, with the text that is online and the one that is not.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import { nameKey, sortedByName } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `answered_offer`: the text about which a moderator asked, or that was refused. */
type Offers = { [C in 'accepted_offer' | 'pending_offer' | 'answered_offer']: PublicOffer | null }
export type ItemRow = Omit<Row<'moderation_items'>, keyof Offers> & Offers
export type ItemLine = ItemRow & { taker: string; decider: string; accepter: string }
export type ItemChanges = Omit<Changes<'moderation_items'>, keyof Offers> & Partial<Offers>

/** `waiting`: for a moderator; `asked`: for an answer of the association. */
export const SHELVES = ['waiting', 'asked', 'online', 'refused', 'suspended', 'gone', 'all'] as const
export type Shelf = (typeof SHELVES)[number]
export const ARRIVALS = ['new', 'changed', 'answered', 'back'] as const satisfies ItemRow['arrival'][]
/** `unread`: a text of a trusted member that is online and that nobody has read. */
export type ItemKind = ItemRow['arrival'] | 'unread'
/** The four that concern only what waits: `kind`, `before` (waits since that instant or longer), `hands`, `newestFirst`. */
export type ItemFilter = {
  shelf: Shelf
  association?: string | undefined
  kind?: ItemKind | undefined
  before?: string | undefined
  /** Who reads it: a person, or nobody yet. */
  hands?: { of: string } | 'nobody' | undefined
  commitment?: string | undefined
  cause?: string | undefined
  /** Each word must begin a word of a title, a town or the name of the association. */
  q?: string | undefined
  newestFirst?: boolean | undefined
}

function fromRow<T extends Row<'moderation_items'>>(row: T): Omit<T, keyof Offers> & Offers {
  const read = (text: string | null) => {
    const offer = text === null ? null : (JSON.parse(text) as PublicOffer)
    return offer && { ...offer, content: completeContent(offer.content) }
  }
  return {
    ...row,
    accepted_offer: read(row.accepted_offer),
    pending_offer: read(row.pending_offer),
    answered_offer: read(row.answered_offer),
  }
}

function toColumns<T extends Partial<Offers>>(changes: T) {
  const { accepted_offer, pending_offer, answered_offer, ...rest } = changes
  const write = (offer: PublicOffer | null) => (offer ? JSON.stringify(offer) : null)
  return {
    ...rest,
    ...(accepted_offer !== undefined && { accepted_offer: write(accepted_offer) }),
    ...(pending_offer !== undefined && { pending_offer: write(pending_offer) }),
    ...(answered_offer !== undefined && { answered_offer: write(answered_offer) }),
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

/** The next `most` whose id comes after `after`. */
export async function listItemsOf(db: Handle, associationUri: string, after: string, most: number): Promise<ItemRow[]> {
  const rows = await db
    .selectFrom('moderation_items')
    .selectAll()
    .where('association_uri', '=', associationUri)
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
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

/** What a shelf holds; the conditions stand here as in the partial indexes. */
type Part = { on: RawBuilder<unknown>; index: string }
const WAITS: Part = { on: sql`t.state in ('pending', 'in_review')`, index: 'moderation_items_waiting' }
/** Accepted without a moderator (a trusted member) and not read by anybody since. */
const IS_UNREAD: Part = { on: sql`t.state = 'accepted' and t.decided_at is null`, index: 'moderation_items_unread' }

const PARTS: Record<Shelf, readonly Part[]> = {
  waiting: [WAITS, IS_UNREAD],
  asked: [{ on: sql`t.state = 'changes_requested'`, index: 'moderation_items_asked' }],
  online: [{ on: sql`t.accepted_revision is not null`, index: 'moderation_items_online' }],
  refused: [{ on: sql`t.state = 'refused'`, index: 'moderation_items_refused' }],
  suspended: [{ on: sql`t.state = 'suspended'`, index: 'moderation_items_suspended' }],
  gone: [{ on: sql`t.state in ('removed', 'withdrawn')`, index: 'moderation_items_gone' }],
  all: [{ on: sql`true`, index: 'moderation_items_newest' }],
}

const OLDEST_FIRST = [{ by: sql`coalesce(t.pending_since, '')` }, { by: sql`t.id` }]
const NEWEST_FIRST: Section['order'] = [
  { by: sql`coalesce(t.decided_at, t.received_at)`, isDown: true },
  { by: sql`t.id`, isDown: false },
]

/** What only looks into the index of all: rows are long, and most of them are not what is looked for. */
function isSought({ commitment, cause, q = '' }: ItemFilter): RawBuilder<unknown>[] {
  const words = nameKey(q).split(' ').filter(Boolean)
  return [
    ...(commitment ? [sql`t.commitment = ${commitment}`] : []),
    ...(cause ? [sql`instr(t.causes, ${` ${cause} `}) > 0`] : []),
    ...(q.trim() !== '' && words.length === 0 ? [sql`false`] : []),
    ...words.map((word) => sql`' ' || t.search_key like ${`% ${word}%`}`),
  ]
}

function waitsSo({ before, hands }: ItemFilter): RawBuilder<unknown>[] {
  return [
    ...(before ? [sql`coalesce(t.pending_since, t.accepted_at, t.received_at) <= ${before}`] : []),
    ...(hands === 'nobody' ? [sql`t.taken_by is null`] : hands ? [sql`t.taken_by = ${hands.of}`] : []),
  ]
}

/** Without figures SQLite would gather and sort all of a shelf, so its index is named. */
function fromShelf({ on, index }: Part, filter: ItemFilter): RawBuilder<unknown> {
  const sought = isSought(filter)
  const isQueue = filter.shelf === 'waiting'
  const all = sql.join([on, ...sought, ...(isQueue ? waitsSo(filter) : [])], sql` and `)
  if (filter.association) return sql`from moderation_items t where ${all} and t.association_uri = ${filter.association}`
  const by = isQueue || sought.length === 0 ? index : PARTS.all[0]!.index
  return sql`from moderation_items t indexed by ${sql.ref(by)} where ${all}`
}

function partsOf({ shelf, kind }: ItemFilter): readonly Part[] {
  if (shelf !== 'waiting' || !kind) return PARTS[shelf]
  if (kind === 'unread') return [IS_UNREAD]
  return [{ ...WAITS, on: sql`${WAITS.on} and t.arrival = ${kind}` }]
}

/** What waits comes oldest first; the rest, newest decision first. */
export function itemsList(db: Handle, filter: ItemFilter): KeyedList<ItemLine> {
  const isQueue = filter.shelf === 'waiting'
  const inLine = OLDEST_FIRST.map((key) => ({ ...key, isDown: filter.newestFirst ?? false }))
  const sections = partsOf(filter).map((part): Section => ({
    table: 'moderation_items',
    from: fromShelf(part, filter),
    holds: isQueue ? part.on : sql`true`,
    order: isQueue ? inLine : NEWEST_FIRST,
  }))
  return keyedList(db, sections, async (numbers) => {
    const number = sql<number>`moderation_items.rowid`
    const rows = await lines(db).select(number.as('number')).where(number, 'in', inList(numbers)).execute()
    return inOrder(numbers, rows).map(fromRow)
  })
}

function lines(db: Handle) {
  const name = (person: string) =>
    sql<string>`coalesce((select trim(given_name || ' ' || family_name) from people where id = ${sql.ref(person)}), '')`
  return db
    .selectFrom('moderation_items')
    .selectAll()
    .select([
      name('moderation_items.taken_by').as('taker'),
      name('moderation_items.decided_by').as('decider'),
      name('moderation_items.accepted_by').as('accepter'),
    ])
}

export async function findItemLine(db: Handle, id: string): Promise<ItemLine | undefined> {
  const row = await lines(db).where('moderation_items.id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

/** Milliseconds until the last answers of moderators, the newest first. */
export async function listAnswerDelays(db: Handle, most: number): Promise<number[]> {
  const rows = await db
    .selectFrom('moderation_items')
    .select('answered_after')
    .where('answered_after', 'is not', null)
    .orderBy('decided_at', 'desc')
    .limit(most)
    .execute()
  return rows.flatMap(({ answered_after }) => answered_after ?? [])
}

/** Counted up to `most` and one more. */
export function countItems(db: Handle, filter: ItemFilter, most: number): Promise<number> {
  const parts = partsOf(filter).map((part) => fromShelf(part, filter))
  return countUpTo(db, parts, most)
}

/** By name. */
export async function listSenders(db: Handle): Promise<{ uri: string; name: string }[]> {
  // From one association to the next by the index: the items of one all have its name.
  const found = await sql<{ uri: string; name: string }>`
    with recursive senders (uri) as (
      select min(association_uri) from moderation_items
      union all
      select (select min(n.association_uri) from moderation_items n where n.association_uri > senders.uri)
      from senders where senders.uri is not null)
    select s.uri, (select i.association_name from moderation_items i indexed by moderation_items_sender
      where i.association_uri = s.uri limit 1) as name
    from senders s where s.uri is not null`.execute(db)
  return sortedByName(found.rows, ({ name }) => name)
}

/** `isEarlier`: the text that it was about has been replaced since, and `title` is that of the newer one. */
export type Decision = {
  at: string
  type: string
  reason: string | null
  item: string
  title: string
  isEarlier: 0 | 1
  decider: string
}

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
      sql<0 | 1>`coalesce(json_extract(events.details, '$.revision') < moderation_items.latest_revision, 0)`.as(
        'isEarlier',
      ),
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
  // Offers first (a cross join, and the plus), because less happened about them than there is of a type.
  const type = sql.ref('events.type')
  const isDecision = sql<boolean>`+${type} in (
    'moderation.accepted', 'moderation.changes_requested', 'moderation.refused', 'moderation.suspended',
    'moderation.removed')`
  return db
    .selectFrom('moderation_items')
    .crossJoin('events')
    .whereRef('events.subject_id', '=', 'moderation_items.id')
    .where('moderation_items.association_uri', '=', associationUri)
    .where(isDecision)
}
