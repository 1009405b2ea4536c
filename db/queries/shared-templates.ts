// SPDX-License-Identifier: AGPL-3.0-or-later
// Models of offers that a centre writes for its members: our own, when we are a centre, and copies of those of our centres.
import { sql, type Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Read<R extends { content: string }> = Omit<R, 'content'> & { content: OfferContent }
export type SharedTemplate = Read<Row<'shared_templates'>>
export type CentreTemplate = Read<Row<'centre_templates'>>

const read = <R extends { content: string }>(row: R): Read<R> => ({
  ...row,
  content: completeContent(JSON.parse(row.content)),
})

/** By name; there are a few dozen at most. */
export async function listSharedTemplates(db: Handle): Promise<SharedTemplate[]> {
  const rows = await db.selectFrom('shared_templates').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map(read)
}

export async function findSharedTemplate(db: Handle, id: string): Promise<SharedTemplate | undefined> {
  const row = await db.selectFrom('shared_templates').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function saveSharedTemplate(tx: Handle, row: Read<NewRow<'shared_templates'>>): Promise<void> {
  const { content, ...rest } = row
  const values = { ...rest, content: JSON.stringify(content) }
  const { name, updated_at } = values
  await tx
    .insertInto('shared_templates')
    .values(values)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, content: values.content, updated_at }))
    .execute()
}

/** @returns false when it is gone. */
export async function deleteSharedTemplate(tx: Handle, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('shared_templates').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

export type WantedTemplates = { centre_uri: string; centre_url: string }

/** Centres we belong to whose models are due to be read. */
export async function listCentresToRead(db: Handle, now: string, limit: number): Promise<WantedTemplates[]> {
  const { rows } = await sql<WantedTemplates>`
    select c.partner_uri as centre_uri, c.partner_url as centre_url
    from affiliations c left join centre_template_readings r on r.centre_uri = c.partner_uri
    where c.partner_is = 'centre' and c.state = 'active' and (r.due_at is null or r.due_at <= ${now})
    order by r.due_at limit ${limit}`.execute(db)
  return rows
}

/** In place of those that were read before. */
export async function replaceCentreTemplates(
  tx: Handle,
  centreUri: string,
  templates: readonly { id: string; name: string; content: OfferContent }[],
): Promise<void> {
  await tx.deleteFrom('centre_templates').where('centre_uri', '=', centreUri).execute()
  for (const [rank, { id, name, content }] of templates.entries())
    await tx
      .insertInto('centre_templates')
      .values({ id, centre_uri: centreUri, name, content: JSON.stringify(content), rank })
      .execute()
}

export async function noteReading(tx: Handle, row: NewRow<'centre_template_readings'>): Promise<void> {
  const { due_at, fault } = row
  await tx
    .insertInto('centre_template_readings')
    .values(row)
    .onConflict((conflict) => conflict.column('centre_uri').doUpdateSet({ due_at, fault: fault ?? null }))
    .execute()
}

/** Of centres to which we no longer belong. */
export async function deleteLostTemplates(tx: Handle): Promise<void> {
  const isLost = sql<boolean>`not exists (select 1 from affiliations c
    where c.partner_uri = centre_uri and c.partner_is = 'centre' and c.state = 'active')`
  await tx.deleteFrom('centre_templates').where(isLost).execute()
  await tx.deleteFrom('centre_template_readings').where(isLost).execute()
}

/** With the name of their centre, centre by centre. */
export async function listCentreTemplates(db: Handle): Promise<(CentreTemplate & { centre: string })[]> {
  const rows = await db
    .selectFrom('affiliations')
    .innerJoin('centre_templates', 'centre_templates.centre_uri', 'affiliations.partner_uri')
    .selectAll('centre_templates')
    .select('affiliations.partner_name as centre')
    .where('affiliations.partner_is', '=', 'centre')
    .where('affiliations.state', '=', 'active')
    .orderBy('affiliations.search_key')
    .orderBy('centre_templates.rank')
    .execute()
  return rows.map(read)
}

export async function findCentreTemplate(db: Handle, id: string): Promise<CentreTemplate | undefined> {
  const row = await db.selectFrom('centre_templates').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}
