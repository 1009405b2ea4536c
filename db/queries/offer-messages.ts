// SPDX-License-Identifier: AGPL-3.0-or-later
// Questions of a centre about an offer and the answers of its association, as each of both keeps them.
import { sql, type Kysely } from 'kysely'
import type { Comments } from '../../server/model/offer/comments.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type OfferMessage = Omit<Row<'offer_messages'>, 'comments'> & { comments: Comments }
export type MessageLine = OfferMessage & { writer: string }
/** Between us and a partner, about one offer. */
export type Thread = { offer_uri: string; partner_uri: string }

const fromRow = <T extends Row<'offer_messages'>>(row: T) => ({
  ...row,
  comments: JSON.parse(row.comments) as Comments,
})

/** The newest messages of both, the oldest of them first. */
export async function listMessages(db: Handle, thread: Thread, most: number): Promise<MessageLine[]> {
  const rows = await inThread(db, thread)
    .select(
      sql<string>`coalesce((select trim(given_name || ' ' || family_name) from people where id = person_id), '')`.as(
        'writer',
      ),
    )
    .limit(most)
    .execute()
  return rows.map(fromRow).toReversed()
}

export async function findLastMessage(db: Handle, thread: Thread): Promise<OfferMessage | undefined> {
  const row = await inThread(db, thread).limit(1).executeTakeFirst()
  return row && fromRow(row)
}

function inThread(db: Handle, thread: Thread) {
  return db
    .selectFrom('offer_messages')
    .selectAll()
    .where('offer_uri', '=', thread.offer_uri)
    .where('partner_uri', '=', thread.partner_uri)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
}

type NewMessage = Omit<NewRow<'offer_messages'>, 'comments'> & { comments?: Comments }

/** Nothing happens when the last message says the same about the same revision: activities may come twice. */
export async function addMessage(tx: Handle, { comments = {}, ...row }: NewMessage): Promise<void> {
  const last = await findLastMessage(tx, row)
  const said = JSON.stringify(comments)
  const isKnown =
    last?.is_ours === row.is_ours &&
    last.revision === row.revision &&
    last.words === row.words &&
    JSON.stringify(last.comments) === said
  if (!isKnown)
    await tx
      .insertInto('offer_messages')
      .values({ ...row, comments: said })
      .execute()
}

/** For an answer that is taken back before it left. */
export async function deleteOwnMessage(tx: Handle, thread: Thread, at: string): Promise<void> {
  await tx
    .deleteFrom('offer_messages')
    .where('offer_uri', '=', thread.offer_uri)
    .where('partner_uri', '=', thread.partner_uri)
    .where('at', '=', at)
    .where('is_ours', '=', 1)
    .execute()
}
