// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures that we made from uploads: uploaded bytes are never stored as they came.
import type { Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type UploadRow = Row<'uploads'>

export async function insertUpload(tx: Handle, upload: NewRow<'uploads'>): Promise<void> {
  await tx.insertInto('uploads').values(upload).execute()
}

export function findUpload(db: Handle, id: string): Promise<UploadRow | undefined> {
  return db.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function deleteUpload(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('uploads').where('id', '=', id).execute()
}
