// SPDX-License-Identifier: AGPL-3.0-or-later
// Models of offers that the instance keeps.
import type { Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type TemplateRow = Omit<Row<'offer_templates'>, 'content'> & { content: OfferContent }

const read = (row: Row<'offer_templates'>): TemplateRow => ({
  ...row,
  content: completeContent(JSON.parse(row.content)),
})

/** There are a few dozen at most. */
export async function listTemplates(db: Handle, limit: number): Promise<TemplateRow[]> {
  const rows = await db.selectFrom('offer_templates').selectAll().orderBy('created_at', 'desc').limit(limit).execute()
  return rows.map(read)
}

export async function findTemplate(db: Handle, id: string): Promise<TemplateRow | undefined> {
  const row = await db.selectFrom('offer_templates').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function countTemplates(db: Handle): Promise<number> {
  const row = await db
    .selectFrom('offer_templates')
    .select((one) => one.fn.countAll<number>().as('all'))
    .executeTakeFirstOrThrow()
  return row.all
}

export async function insertTemplate(
  tx: Handle,
  { content, ...row }: Omit<NewRow<'offer_templates'>, 'content'> & { content: OfferContent },
): Promise<void> {
  await tx
    .insertInto('offer_templates')
    .values({ ...row, content: JSON.stringify(content) })
    .execute()
}

/** @returns false when it is gone. */
export async function renameTemplate(tx: Handle, id: string, name: string): Promise<boolean> {
  const result = await tx.updateTable('offer_templates').set({ name }).where('id', '=', id).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** @returns false when it is gone. */
export async function deleteTemplate(tx: Handle, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('offer_templates').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}
